/* A small contract that uses every keyword, for the unit test and the fuzzer. In all JSON here '
 * stands for ". */
#ifndef UNKNOT_TESTS_CONTRACT_FIXTURE_H
#define UNKNOT_TESTS_CONTRACT_FIXTURE_H

#define FIXTURE_CODE "{'type':'string','maxLength':64,'pattern':'^[a-z][a-z0-9_]{0,63}$'}"

#define FIXTURE_INTAKE                                                                             \
    "{'type':'object','additionalProperties':false,'required':['findings'],'properties':{"         \
    "'age':{'type':'integer','format':'int32','minimum':0,'maximum':120},"                         \
    "'weight':{'type':'number','exclusiveMinimum':0,'maximum':500.5},"                             \
    "'minutes':{'type':['integer','null'],'minimum':5,'maximum':60,'multipleOf':5},"               \
    "'big':{'type':'integer','minimum':9007199254740993,'maximum':9223372036854775807},"           \
    "'sex':{'type':'string','enum':['female','male','unknown']},"                                  \
    "'as_of':{'type':'string','format':'date'},"                                                   \
    "'version':{'const':2},"                                                                       \
    "'mixed':{'enum':['none',0,null,true]},"                                                       \
    "'note':{'type':'string','minLength':2,'maxLength':5},"                                        \
    "'slug':{'type':'string','maxLength':40,'pattern':'^[a-z]+(-[a-z]+)*$'},"                      \
    "'never':false,"                                                                               \
    "'anything':{},"                                                                               \
    "'labels':{'type':'object','maxProperties':2,'minProperties':1,"                               \
    "'propertyNames':{'pattern':'^[a-z]{1,8}$'},'additionalProperties':{'type':'boolean'}},"       \
    "'medicines':{'type':'array','maxItems':3,'uniqueItems':true,'items':" FIXTURE_CODE "},"       \
    "'points':{'type':'array','maxItems':1024,'uniqueItems':true,'items':{}},"                     \
    "'findings':{'type':'array','minItems':1,'maxItems':300,"                                      \
    "'items':{'$ref':'#/components/schemas/Finding'}},"                                            \
    "'tree':{'$ref':'#/components/schemas/Tree'},"                                                 \
    "'contact':{'$ref':'#/components/schemas/Contact'},"                                           \
    "'number_or_name':{'oneOf':[{'type':'integer','minimum':1},{'type':'string','minLength':1}]}," \
    "'either':{'type':'object','anyOf':[{'required':['a']},{'required':['b']}]},"                  \
    "'exactly':{'oneOf':[{'type':'integer','minimum':5},{'type':'integer','maximum':7}]},"         \
    "'merged':{'unevaluatedProperties':false,'properties':{'c':{'type':'integer'}},"               \
    "'allOf':[{'$ref':'#/components/schemas/PartA'},{'$ref':'#/components/schemas/PartB'}]}}}"

#define FIXTURE_SCHEMAS                                                                            \
    "'Intake':" FIXTURE_INTAKE ","                                                                 \
    "'Finding':{'type':'object','additionalProperties':false,'required':['id','state'],"           \
    "'properties':{'id':{'$ref':'#/components/schemas/Code'},"                                     \
    "'state':{'type':'string','enum':['present','absent','unknown']},'a/b~c':{'type':'null'}}},"   \
    "'Alias':{'$ref':'#/components/schemas/Code','description':'words'},"                          \
    "'Code':" FIXTURE_CODE ","                                                                     \
    "'Tree':{'type':'object','properties':{'kids':{'type':'array','items':"                        \
    "{'$ref':'#/components/schemas/Tree'}}},'additionalProperties':false},"                        \
    "'Contact':{'oneOf':[{'$ref':'#/components/schemas/Mail'},"                                    \
    "{'$ref':'#/components/schemas/Phone'}]},"                                                     \
    "'Mail':{'type':'object','required':['kind','address'],'additionalProperties':false,"          \
    "'properties':{'kind':{'const':'mail'},'address':{'type':'string'}}},"                         \
    "'Phone':{'type':'object','required':['kind','number'],'additionalProperties':false,"          \
    "'properties':{'kind':{'const':'phone'},'number':{'type':'string'}}},"                         \
    "'PartA':{'type':'object','properties':{'a':{'type':'integer'}},'required':['a']},"            \
    "'PartB':{'type':'object','properties':{'b':{'type':'string'}}},"                              \
    "'Answer':{'not':{},'if':{}}"

#define FIXTURE_PARAMETERS                                                                         \
    "[{'$ref':'#/components/parameters/limit'},"                                                   \
    "{'name':'X-Trace','in':'header','schema':{'not':{}}},"                                        \
    "{'name':'full','in':'query','schema':{'type':'boolean'}},"                                    \
    "{'name':'ratio','in':'query','schema':{'type':'number','maximum':1}},"                        \
    "{'name':'sort','in':'query','required':true,'schema':{'type':'string','enum':['name','date']" \
    "}},"                                                                                          \
    "{'name':'since','in':'query','schema':{'type':'string','format':'date'}},"                    \
    "{'name':'tag','in':'query','schema':{'type':'array','maxItems':2,'items':" FIXTURE_CODE "}}," \
    "{'name':'ids','in':'query','explode':false,"                                                  \
    "'schema':{'type':'array','maxItems':3,'items':{'type':'integer','minimum':1}}}]"

#define FIXTURE                                                                                    \
    "{'openapi':'3.1.0','info':{'title':'x'},'paths':{"                                            \
    "'/v1/recommendations':{'summary':'s','post':{'operationId':'createRecommendation',"           \
    "'requestBody':{'required':true,'content':{'application/json':"                                \
    "{'schema':{'$ref':'#/components/schemas/Intake'}}}},'responses':{'200':{'content':"           \
    "{'application/json':{'schema':{'$ref':'#/components/schemas/Answer'}}}}}}},"                  \
    "'/v1/techniques':{'parameters':[{'name':'limit','in':'query','schema':{'type':'string'}},"    \
    "{'name':'q','in':'query','schema':{'type':'string','maxLength':10}}],"                        \
    "'get':{'operationId':'listTechniques','parameters':" FIXTURE_PARAMETERS "},"                  \
    "'post':{'operationId':'upload','requestBody':{'$ref':'#/components/requestBodies/Csv'}}}},"   \
    "'components':{'requestBodies':{'Csv':{'content':{'text/csv':{'schema':{'not':{}}}}}},"        \
    "'parameters':{'limit':{'name':'limit','in':'query',"                                          \
    "'schema':{'type':'integer','minimum':1,'maximum':100}}},"                                     \
    "'schemas':{" FIXTURE_SCHEMAS "}}}"

#endif
