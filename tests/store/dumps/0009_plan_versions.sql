--
-- PostgreSQL database dump
--


-- Dumped from database version 15.20 (Debian 15.20-0+deb12u1)
-- Dumped by pg_dump version 15.20 (Debian 15.20-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: unknot; Type: SCHEMA; Schema: -; Owner: unknot_owner
--

CREATE SCHEMA unknot;


ALTER SCHEMA unknot OWNER TO unknot_owner;

--
-- Name: unknot_admin; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA unknot_admin;


ALTER SCHEMA unknot_admin OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: api_keys; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.api_keys (
    tenant_id uuid NOT NULL,
    key_id text NOT NULL,
    kind text NOT NULL,
    principal text NOT NULL,
    subject text,
    name text NOT NULL,
    prefix text NOT NULL,
    hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    rotated_to text,
    last_used_at timestamp with time zone,
    CONSTRAINT api_keys_check CHECK (((principal = 'clinic'::text) = (subject IS NULL))),
    CONSTRAINT api_keys_check1 CHECK (((kind = 'secret'::text) OR ((principal = 'clinic'::text) AND (scopes <@ ARRAY['catalogue:read'::text, 'decisions:create'::text])))),
    CONSTRAINT api_keys_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT api_keys_key_id_check CHECK ((key_id ~ '^[A-Za-z0-9]{12}$'::text)),
    CONSTRAINT api_keys_kind_check CHECK ((kind = ANY (ARRAY['secret'::text, 'publishable'::text]))),
    CONSTRAINT api_keys_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT api_keys_prefix_check CHECK (((char_length(prefix) >= 1) AND (char_length(prefix) <= 64))),
    CONSTRAINT api_keys_principal_check CHECK ((principal = ANY (ARRAY['clinic'::text, 'therapist'::text, 'patient'::text]))),
    CONSTRAINT api_keys_subject_check CHECK (((char_length(subject) >= 1) AND (char_length(subject) <= 64)))
);

ALTER TABLE ONLY unknot.api_keys FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.api_keys OWNER TO unknot_owner;

--
-- Name: audit_events; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.audit_events (
    tenant_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    event_id text NOT NULL,
    principal text NOT NULL,
    action text NOT NULL,
    resource text NOT NULL,
    patient_id text,
    trace_id text,
    outcome text NOT NULL,
    CONSTRAINT audit_events_action_check CHECK ((action ~ '^[a-z_]{1,40}[.][a-z_]{1,40}$'::text)),
    CONSTRAINT audit_events_check CHECK (((patient_id IS NOT NULL) OR (resource !~ '^(care-plans|patients)/[0-9a-f]{32}'::text))),
    CONSTRAINT audit_events_event_id_check CHECK ((event_id ~ '^[a-z0-9]{26}$'::text)),
    CONSTRAINT audit_events_outcome_check CHECK ((outcome = ANY (ARRAY['ok'::text, 'denied'::text, 'not_found'::text, 'conflict'::text, 'invalid'::text, 'error'::text]))),
    CONSTRAINT audit_events_patient_id_check CHECK ((patient_id ~ '^[0-9a-f]{32}$'::text)),
    CONSTRAINT audit_events_principal_check CHECK ((principal ~ '^(clinic|therapist|patient|operator)(:[^[:space:]]{1,200})?$'::text)),
    CONSTRAINT audit_events_resource_check CHECK ((resource ~ '^[a-z-]{1,40}(/[A-Za-z0-9._-]{1,128})*$'::text)),
    CONSTRAINT audit_events_trace_id_check CHECK ((trace_id ~ '^[0-9a-f]{32}$'::text))
);

ALTER TABLE ONLY unknot.audit_events FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.audit_events OWNER TO unknot_owner;

--
-- Name: calendar_links; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.calendar_links (
    patient_id text NOT NULL,
    tenant_id uuid NOT NULL,
    link_id text NOT NULL,
    plan_id text NOT NULL,
    titles text NOT NULL,
    expires_on date NOT NULL,
    actor text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT calendar_links_actor_check CHECK (((char_length(actor) >= 1) AND (char_length(actor) <= 255))),
    CONSTRAINT calendar_links_link_id_check CHECK ((link_id ~ '^k-[a-z0-9]{26}$'::text)),
    CONSTRAINT calendar_links_titles_check CHECK ((titles = ANY (ARRAY['discreet'::text, 'full'::text])))
);

ALTER TABLE ONLY unknot.calendar_links FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.calendar_links OWNER TO unknot_owner;

--
-- Name: care_plan_history; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.care_plan_history (
    patient_id text NOT NULL,
    tenant_id uuid NOT NULL,
    plan_id text NOT NULL,
    version bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    summary text NOT NULL,
    change jsonb NOT NULL,
    CONSTRAINT care_plan_history_action_check CHECK ((action ~ '^[a-z_]{1,40}[.][a-z_]{1,40}$'::text)),
    CONSTRAINT care_plan_history_actor_check CHECK (((char_length(actor) >= 1) AND (char_length(actor) <= 255)))
);
ALTER TABLE ONLY unknot.care_plan_history ALTER COLUMN change SET COMPRESSION lz4;

ALTER TABLE ONLY unknot.care_plan_history FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.care_plan_history OWNER TO unknot_owner;

--
-- Name: care_plan_versions; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.care_plan_versions (
    patient_id text NOT NULL,
    tenant_id uuid NOT NULL,
    plan_id text NOT NULL,
    version bigint NOT NULL,
    status text NOT NULL,
    technique text NOT NULL,
    therapist_id text,
    title text NOT NULL,
    goal jsonb NOT NULL,
    document jsonb,
    intake jsonb,
    decision jsonb,
    decision_id text NOT NULL,
    knowledge_version text NOT NULL,
    knowledge_sha256 text NOT NULL,
    time_zone text NOT NULL,
    starts_on date NOT NULL,
    review_needed text[] NOT NULL,
    recheck_due date,
    clearance_ends date,
    session_count integer NOT NULL
);
ALTER TABLE ONLY unknot.care_plan_versions ALTER COLUMN document SET COMPRESSION lz4;
ALTER TABLE ONLY unknot.care_plan_versions ALTER COLUMN intake SET COMPRESSION lz4;
ALTER TABLE ONLY unknot.care_plan_versions ALTER COLUMN decision SET COMPRESSION lz4;

ALTER TABLE ONLY unknot.care_plan_versions FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.care_plan_versions OWNER TO unknot_owner;

--
-- Name: care_plans; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.care_plans (
    patient_id text NOT NULL,
    tenant_id uuid NOT NULL,
    plan_id text NOT NULL,
    version bigint NOT NULL,
    status text NOT NULL,
    patient_ref text NOT NULL,
    technique text NOT NULL,
    therapist_id text,
    former_therapists text[] NOT NULL,
    title text NOT NULL,
    goal jsonb NOT NULL,
    document jsonb NOT NULL,
    intake jsonb NOT NULL,
    decision jsonb NOT NULL,
    decision_id text NOT NULL,
    knowledge_version text NOT NULL,
    knowledge_sha256 text NOT NULL,
    time_zone text NOT NULL,
    starts_on date NOT NULL,
    review_needed text[] NOT NULL,
    recheck_due date,
    clearance_ends date,
    session_count integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    review_from date GENERATED ALWAYS AS (
CASE
    WHEN (cardinality(review_needed) > 0) THEN '-infinity'::date
    ELSE LEAST(recheck_due, (clearance_ends + 1))
END) STORED,
    CONSTRAINT care_plans_patient_ref_check CHECK (((char_length(patient_ref) >= 1) AND (char_length(patient_ref) <= 255))),
    CONSTRAINT care_plans_plan_id_check CHECK ((plan_id ~ '^[a-z0-9]{26}$'::text)),
    CONSTRAINT care_plans_session_count_check CHECK ((session_count >= 0)),
    CONSTRAINT care_plans_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'on-hold'::text, 'completed'::text, 'revoked'::text]))),
    CONSTRAINT care_plans_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200))),
    CONSTRAINT care_plans_version_check CHECK ((version > 0))
);
ALTER TABLE ONLY unknot.care_plans ALTER COLUMN document SET COMPRESSION lz4;
ALTER TABLE ONLY unknot.care_plans ALTER COLUMN intake SET COMPRESSION lz4;
ALTER TABLE ONLY unknot.care_plans ALTER COLUMN decision SET COMPRESSION lz4;

ALTER TABLE ONLY unknot.care_plans FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.care_plans OWNER TO unknot_owner;

--
-- Name: cds_feedback; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.cds_feedback (
    tenant_id uuid NOT NULL,
    card_id uuid NOT NULL,
    outcome text NOT NULL,
    outcome_at timestamp with time zone NOT NULL,
    service text NOT NULL,
    topic text NOT NULL,
    rule text NOT NULL,
    reason text NOT NULL,
    commented boolean NOT NULL,
    suggestions integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT cds_feedback_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'overridden'::text]))),
    CONSTRAINT cds_feedback_reason_check CHECK ((char_length(reason) <= 200)),
    CONSTRAINT cds_feedback_rule_check CHECK ((char_length(rule) <= 200)),
    CONSTRAINT cds_feedback_service_check CHECK (((char_length(service) >= 1) AND (char_length(service) <= 64))),
    CONSTRAINT cds_feedback_suggestions_check CHECK ((suggestions >= 0)),
    CONSTRAINT cds_feedback_topic_check CHECK (((char_length(topic) >= 1) AND (char_length(topic) <= 64)))
);

ALTER TABLE ONLY unknot.cds_feedback FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.cds_feedback OWNER TO unknot_owner;

--
-- Name: clearances; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.clearances (
    patient_id text NOT NULL,
    tenant_id uuid NOT NULL,
    clearance_id text NOT NULL,
    plan_id text NOT NULL,
    role text NOT NULL,
    by_whom text NOT NULL,
    reason text NOT NULL,
    findings text[] NOT NULL,
    rules text[] NOT NULL,
    techniques text[] NOT NULL,
    recorded date NOT NULL,
    expires date NOT NULL,
    began date,
    actor text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT clearances_check CHECK ((expires >= recorded)),
    CONSTRAINT clearances_clearance_id_check CHECK ((clearance_id ~ '^c-[a-z0-9]{26}$'::text))
);

ALTER TABLE ONLY unknot.clearances FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.clearances OWNER TO unknot_owner;

--
-- Name: idempotency_keys; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.idempotency_keys (
    tenant_id uuid NOT NULL,
    principal text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    patient_id text,
    status integer,
    headers jsonb,
    body text,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT idempotency_keys_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
    CONSTRAINT idempotency_keys_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255))),
    CONSTRAINT idempotency_keys_principal_check CHECK (((char_length(principal) >= 1) AND (char_length(principal) <= 255))),
    CONSTRAINT idempotency_keys_route_check CHECK (((char_length(route) >= 1) AND (char_length(route) <= 255))),
    CONSTRAINT idempotency_keys_status_check CHECK (((status >= 200) AND (status <= 599)))
);
ALTER TABLE ONLY unknot.idempotency_keys ALTER COLUMN body SET COMPRESSION lz4;

ALTER TABLE ONLY unknot.idempotency_keys FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.idempotency_keys OWNER TO unknot_owner;

--
-- Name: measurements; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.measurements (
    patient_id text NOT NULL,
    tenant_id uuid NOT NULL,
    measurement_id text NOT NULL,
    plan_id text NOT NULL,
    instrument text NOT NULL,
    score numeric(5,2) NOT NULL,
    items jsonb,
    taken_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT measurements_check CHECK (((score >= (0)::numeric) AND (score <= (
CASE instrument
    WHEN 'rmdq'::text THEN 24
    ELSE 10
END)::numeric))),
    CONSTRAINT measurements_instrument_check CHECK ((instrument = ANY (ARRAY['nrs'::text, 'peg'::text, 'rmdq'::text, 'psfs'::text]))),
    CONSTRAINT measurements_measurement_id_check CHECK ((measurement_id ~ '^m-[a-z0-9]{26}$'::text))
);

ALTER TABLE ONLY unknot.measurements FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.measurements OWNER TO unknot_owner;

--
-- Name: patients; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.patients (
    patient_id text NOT NULL,
    tenant_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT patients_patient_id_check CHECK ((patient_id ~ '^[0-9a-f]{32}$'::text))
);

ALTER TABLE ONLY unknot.patients FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.patients OWNER TO unknot_owner;

--
-- Name: recheck_runs; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.recheck_runs (
    tenant_id uuid NOT NULL,
    run_id text NOT NULL,
    knowledge_sha256 text NOT NULL,
    as_of date NOT NULL,
    after_created_at timestamp with time zone NOT NULL,
    after_plan_id text NOT NULL,
    seen bigint NOT NULL,
    changed bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT recheck_runs_check CHECK (((changed >= 0) AND (changed <= seen))),
    CONSTRAINT recheck_runs_run_id_check CHECK ((run_id ~ '^[a-z0-9]{26}$'::text)),
    CONSTRAINT recheck_runs_seen_check CHECK ((seen >= 0))
);

ALTER TABLE ONLY unknot.recheck_runs FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.recheck_runs OWNER TO unknot_owner;

--
-- Name: sessions; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.sessions (
    patient_id text NOT NULL,
    tenant_id uuid NOT NULL,
    session_id text NOT NULL,
    plan_id text NOT NULL,
    version bigint NOT NULL,
    number integer NOT NULL,
    planned_on date,
    window_from timestamp with time zone,
    window_to timestamp with time zone,
    status text NOT NULL,
    technique text NOT NULL,
    pressure_used smallint,
    pressure_tolerated smallint,
    minutes smallint,
    pain_before smallint,
    pain_after smallint,
    notes text,
    adverse_events jsonb NOT NULL,
    triage text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT sessions_check CHECK ((window_from <= window_to)),
    CONSTRAINT sessions_minutes_check CHECK (((minutes >= 1) AND (minutes <= 600))),
    CONSTRAINT sessions_number_check CHECK ((number > 0)),
    CONSTRAINT sessions_pain_after_check CHECK (((pain_after >= 0) AND (pain_after <= 10))),
    CONSTRAINT sessions_pain_before_check CHECK (((pain_before >= 0) AND (pain_before <= 10))),
    CONSTRAINT sessions_pressure_tolerated_check CHECK (((pressure_tolerated >= 0) AND (pressure_tolerated <= 5))),
    CONSTRAINT sessions_pressure_used_check CHECK (((pressure_used >= 0) AND (pressure_used <= 5))),
    CONSTRAINT sessions_session_id_check CHECK ((session_id ~ '^s-[a-z0-9]{26}$'::text)),
    CONSTRAINT sessions_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'done'::text, 'missed'::text, 'cancelled'::text]))),
    CONSTRAINT sessions_triage_check CHECK ((triage = ANY (ARRAY['emergency'::text, 'urgent'::text, 'clinician'::text, 'self_care'::text]))),
    CONSTRAINT sessions_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY unknot.sessions FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.sessions OWNER TO unknot_owner;

--
-- Name: tenants; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.tenants (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    patient_secret bytea NOT NULL,
    cursor_secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_erasure_at timestamp with time zone,
    CONSTRAINT tenants_cursor_secret_check CHECK ((octet_length(cursor_secret) >= 32)),
    CONSTRAINT tenants_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200))),
    CONSTRAINT tenants_patient_secret_check CHECK ((octet_length(patient_secret) >= 32))
);

ALTER TABLE ONLY unknot.tenants FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.tenants OWNER TO unknot_owner;

--
-- Name: therapists; Type: TABLE; Schema: unknot; Owner: unknot_owner
--

CREATE TABLE unknot.therapists (
    tenant_id uuid NOT NULL,
    therapist_id text NOT NULL,
    version bigint NOT NULL,
    document jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT therapists_therapist_id_check CHECK ((therapist_id ~ '^[A-Za-z0-9._-]{1,64}$'::text)),
    CONSTRAINT therapists_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY unknot.therapists FORCE ROW LEVEL SECURITY;


ALTER TABLE unknot.therapists OWNER TO unknot_owner;

--
-- Name: migrations; Type: TABLE; Schema: unknot_admin; Owner: unknot_owner
--

CREATE TABLE unknot_admin.migrations (
    version integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);


ALTER TABLE unknot_admin.migrations OWNER TO unknot_owner;

--
-- Data for Name: api_keys; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.api_keys (tenant_id, key_id, kind, principal, subject, name, prefix, hash, scopes, created_at, expires_at, revoked_at, rotated_to, last_used_at) FROM stdin;
9fa051cc-a1e1-4615-be1c-6c32b5679391	RXhU0wLmnXCw	secret	clinic	\N	made by unknot key create	unk_9fa051cca1e14615be1c6c32b5679391_RXhU0wLmnXCw	\\x9dbe3838919a76b292b6f90113a81463fad15526bc4288ee00c5dc36fae0096e	{catalogue:read,decisions:create,plans:read,plans:write,plans:clear,sessions:write,measurements:write,therapists:read,therapists:write,patients:export,patients:erase,audit:read}	2026-11-22 18:00:49.791026+00	\N	\N	\N	2026-11-22 18:00:49.866673+00
\.


--
-- Data for Name: audit_events; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.audit_events (tenant_id, at, event_id, principal, action, resource, patient_id, trace_id, outcome) FROM stdin;
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:49.878845+00	uiiefd5k646utb5jovn6pvtor4	clinic:key:RXhU0wLmnXCw	care_plan.create	care-plans	\N	2d710d494ce7a5953ba4a4926475d195	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.526936+00	jdak66nb7hfivzvhsx7jrliaks	clinic:key:RXhU0wLmnXCw	patient.erase	patients	\N	87215f8a016bc4463715d86be19b9415	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.557578+00	h5hf2tp3vrnoqqixxoc63z57cl	clinic:key:RXhU0wLmnXCw	therapist.create	therapists/u4ccq5w3jex74lpxsncs53uxoi	\N	ff9f8b1e95acd3f10b273cd5fde989b5	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.603973+00	cls4r6yrprub6uwgwx7vomhta7	clinic:key:RXhU0wLmnXCw	care_plan.create	care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv	1cc6e882417f616be5d69039892742ec	cda01c2214ff6b2f864fb97fc888c2e9	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.627056+00	iewxfmgpjni2ltnc4ls2ccu42w	clinic:key:RXhU0wLmnXCw	care_plan.create	care-plans/c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg	c34a20a02a39148145ad3f125efcdbcb	4adc802695cf3d7dfba710e6dcd26319	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.642741+00	y2liney73dahcb6f5udk3je2rk	clinic:key:RXhU0wLmnXCw	care_plan.create	care-plans/e75162640a401cb9f9832f7632758756.v4k6ed2nfvty32frtsm2o3b5cj	e75162640a401cb9f9832f7632758756	151fe8c3fdb6d959aeaf92cf610d89e9	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.679126+00	yxw3btpwlb3eynrllub4lc5lmt	clinic:key:RXhU0wLmnXCw	session.log	care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/sessions/s-i2m44mwmnpdyl3cn3dgwnlwkd7	1cc6e882417f616be5d69039892742ec	de456765c50b096ef0eb2ef75cbe5b59	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.817908+00	kg47mzvb2iuf37dy2xxth4w7it	clinic:key:RXhU0wLmnXCw	session.log	care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/sessions/s-tkya2q4dethtgh3pd3gpl2ndni	1cc6e882417f616be5d69039892742ec	0451de810f51e24ce8f412d5343344d9	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.847701+00	buggrbzesqzincsvmlm3lskzac	clinic:key:RXhU0wLmnXCw	session.log	care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/sessions/s-v7zkgqexekudgx4o57e4e34fqd	1cc6e882417f616be5d69039892742ec	e4671bbb51392a524a152a5855c53b97	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.871822+00	ymai5lp63ngz7pa5xykne4sb6d	clinic:key:RXhU0wLmnXCw	session.log	care-plans/c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg/sessions/s-px53r6ql4hejanrosdonta6qm7	c34a20a02a39148145ad3f125efcdbcb	8e17508648fb96127418825cffdad1bf	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.89921+00	ee4avncmd5scgpo2i3nsxoirgh	clinic:key:RXhU0wLmnXCw	measurement.add	care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/measurements/m-zqd23bovcpx5af3zaqeoa5ss3k	1cc6e882417f616be5d69039892742ec	3622856cdb70d42f3cb6a9d145ad138b	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.941901+00	hqrbd3k563dhmpzbqc5f3t7qez	clinic:key:RXhU0wLmnXCw	measurement.add	care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/measurements/m-6eho4zpsuoydigjdp3br5v5j6m	1cc6e882417f616be5d69039892742ec	de7c9afd35d499c5f0b365e28f612f21	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.965914+00	dtlkvarbvu7iznlt5oivm6gugx	clinic:key:RXhU0wLmnXCw	measurement.add	care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/measurements/m-qf7b34ec3tjlpxmyna2vgik2l7	1cc6e882417f616be5d69039892742ec	3342b35b1c98cba0bdabd12ef3b6b447	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.971928+00	f2oz6dpz5s4cqlkupfxhkelnx7	clinic:key:RXhU0wLmnXCw	calendar_link.create	care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/calendar-links/k-ge37a62zhk32jvjkylhqgor43e	1cc6e882417f616be5d69039892742ec	229876915e74f939ff0e2cc367648869	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.998383+00	tc5gdmqjr7b277c5iw5eikl3hl	clinic:key:RXhU0wLmnXCw	care_plan.patch	care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv	1cc6e882417f616be5d69039892742ec	43a7354843cab9709f3eab7ea77e3fe3	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:51.069393+00	yswldbdbvalr6ncouf4a5qv7o6	clinic:key:RXhU0wLmnXCw	care_plan.patch	care-plans/c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg	c34a20a02a39148145ad3f125efcdbcb	ce575e6b4771f24be6991281999da2c3	ok
9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:51.078231+00	u424suvgeto422mj2oju2fkd77	clinic:key:RXhU0wLmnXCw	care_plan.delete	care-plans/e75162640a401cb9f9832f7632758756.v4k6ed2nfvty32frtsm2o3b5cj	e75162640a401cb9f9832f7632758756	60e05ca0747bfebf7f8eaa9e7b0587a9	ok
\.


--
-- Data for Name: calendar_links; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.calendar_links (patient_id, tenant_id, link_id, plan_id, titles, expires_on, actor, created_at, revoked_at) FROM stdin;
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	k-ge37a62zhk32jvjkylhqgor43e	frweahw6pxh33yrhny4ishyuwv	discreet	2027-11-22	clinic:key:RXhU0wLmnXCw	2026-11-22 18:00:50.971928+00	\N
\.


--
-- Data for Name: care_plan_history; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.care_plan_history (patient_id, tenant_id, plan_id, version, at, actor, action, summary, change) FROM stdin;
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	1	2026-11-22 18:00:50.603973+00	clinic:key:RXhU0wLmnXCw	care_plan.create	Long-lasting back pain: Swedish (classic, relaxation) massage	{"status": "active", "technique": "swedish", "decision_id": "d_aedb8d042fca1f8fb129de64289a81a8", "knowledge_version": "1.0.0"}
c34a20a02a39148145ad3f125efcdbcb	9fa051cc-a1e1-4615-be1c-6c32b5679391	xlcf5rgt334smva263wof777vg	1	2026-11-22 18:00:50.627056+00	clinic:key:RXhU0wLmnXCw	care_plan.create	Light massage only: Swedish (classic, relaxation) massage	{"status": "active", "technique": "swedish", "decision_id": "d_dbbdf896d9866f6a8eb915306f800253", "knowledge_version": "1.0.0"}
e75162640a401cb9f9832f7632758756	9fa051cc-a1e1-4615-be1c-6c32b5679391	v4k6ed2nfvty32frtsm2o3b5cj	1	2026-11-22 18:00:50.642741+00	clinic:key:RXhU0wLmnXCw	care_plan.create	New back pain: Swedish (classic, relaxation) massage	{"status": "active", "technique": "swedish", "decision_id": "d_4ee9a37c30706d252d567c1b227fe613", "knowledge_version": "1.0.0"}
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	2	2026-11-22 18:00:50.669835+00	clinic:key:RXhU0wLmnXCw	session.log	Session 1: done.	{"number": 1, "status": "done", "technique": "swedish", "session_id": "s-i2m44mwmnpdyl3cn3dgwnlwkd7"}
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	3	2026-11-22 18:00:50.798613+00	clinic:key:RXhU0wLmnXCw	session.log	Session 2: done.	{"number": 2, "status": "done", "technique": "swedish", "session_id": "s-tkya2q4dethtgh3pd3gpl2ndni"}
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	4	2026-11-22 18:00:50.842392+00	clinic:key:RXhU0wLmnXCw	session.log	Session 3: done.	{"number": 3, "status": "done", "technique": "swedish", "session_id": "s-v7zkgqexekudgx4o57e4e34fqd"}
c34a20a02a39148145ad3f125efcdbcb	9fa051cc-a1e1-4615-be1c-6c32b5679391	xlcf5rgt334smva263wof777vg	2	2026-11-22 18:00:50.865073+00	clinic:key:RXhU0wLmnXCw	session.log	Session 1: done, triage self_care.	{"number": 1, "status": "done", "triage": "self_care", "technique": "swedish", "session_id": "s-px53r6ql4hejanrosdonta6qm7"}
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	5	2026-11-22 18:00:50.888981+00	clinic:key:RXhU0wLmnXCw	measurement.add	Measured: nrs.	{"instrument": "nrs", "measurement_id": "m-zqd23bovcpx5af3zaqeoa5ss3k"}
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	6	2026-11-22 18:00:50.933445+00	clinic:key:RXhU0wLmnXCw	measurement.add	Measured: nrs.	{"instrument": "nrs", "measurement_id": "m-6eho4zpsuoydigjdp3br5v5j6m"}
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	7	2026-11-22 18:00:50.957379+00	clinic:key:RXhU0wLmnXCw	measurement.add	Measured: rmdq.	{"instrument": "rmdq", "measurement_id": "m-qf7b34ec3tjlpxmyna2vgik2l7"}
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	8	2026-11-22 18:00:50.991451+00	clinic:key:RXhU0wLmnXCw	care_plan.patch	The plan was changed.	{"title": "Miriam's plan; DROP TABLE x --"}
c34a20a02a39148145ad3f125efcdbcb	9fa051cc-a1e1-4615-be1c-6c32b5679391	xlcf5rgt334smva263wof777vg	3	2026-11-22 18:00:51.058867+00	clinic:key:RXhU0wLmnXCw	care_plan.patch	The plan was put on hold.	{"status": "on-hold"}
e75162640a401cb9f9832f7632758756	9fa051cc-a1e1-4615-be1c-6c32b5679391	v4k6ed2nfvty32frtsm2o3b5cj	2	2026-11-22 18:00:51.078231+00	clinic:key:RXhU0wLmnXCw	care_plan.delete	The plan was deleted.	{}
\.


--
-- Data for Name: care_plan_versions; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.care_plan_versions (patient_id, tenant_id, plan_id, version, status, technique, therapist_id, title, goal, document, intake, decision, decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends, session_count) FROM stdin;
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	1	active	swedish	u4ccq5w3jex74lpxsncs53uxoi	Long-lasting back pain: Swedish (classic, relaxation) massage	{"by": "2027-01-30", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_aedb8d042fca1f8fb129de64289a81a8	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	0
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	2	active	swedish	u4ccq5w3jex74lpxsncs53uxoi	Long-lasting back pain: Swedish (classic, relaxation) massage	{"by": "2027-01-30", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_aedb8d042fca1f8fb129de64289a81a8	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	1
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	3	active	swedish	u4ccq5w3jex74lpxsncs53uxoi	Long-lasting back pain: Swedish (classic, relaxation) massage	{"by": "2027-01-30", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_aedb8d042fca1f8fb129de64289a81a8	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	2
c34a20a02a39148145ad3f125efcdbcb	9fa051cc-a1e1-4615-be1c-6c32b5679391	xlcf5rgt334smva263wof777vg	1	active	swedish	\N	Light massage only: Swedish (classic, relaxation) massage	{"by": "2026-12-19", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_dbbdf896d9866f6a8eb915306f800253	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	0
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	4	active	swedish	u4ccq5w3jex74lpxsncs53uxoi	Long-lasting back pain: Swedish (classic, relaxation) massage	{"by": "2027-01-30", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_aedb8d042fca1f8fb129de64289a81a8	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	3
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	5	active	swedish	u4ccq5w3jex74lpxsncs53uxoi	Long-lasting back pain: Swedish (classic, relaxation) massage	{"by": "2027-01-30", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_aedb8d042fca1f8fb129de64289a81a8	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	3
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	6	active	swedish	u4ccq5w3jex74lpxsncs53uxoi	Long-lasting back pain: Swedish (classic, relaxation) massage	{"by": "2027-01-30", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_aedb8d042fca1f8fb129de64289a81a8	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	3
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	7	active	swedish	u4ccq5w3jex74lpxsncs53uxoi	Long-lasting back pain: Swedish (classic, relaxation) massage	{"by": "2027-01-30", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_aedb8d042fca1f8fb129de64289a81a8	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	3
c34a20a02a39148145ad3f125efcdbcb	9fa051cc-a1e1-4615-be1c-6c32b5679391	xlcf5rgt334smva263wof777vg	2	active	swedish	\N	Light massage only: Swedish (classic, relaxation) massage	{"by": "2026-12-19", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_dbbdf896d9866f6a8eb915306f800253	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	1
e75162640a401cb9f9832f7632758756	9fa051cc-a1e1-4615-be1c-6c32b5679391	v4k6ed2nfvty32frtsm2o3b5cj	1	active	swedish	\N	New back pain: Swedish (classic, relaxation) massage	{"by": "2026-12-05", "text": "Bring your average pain down from 3 to 1 or less, and do more of what matters to you.", "target": 1, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 3, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	\N	\N	\N	d_4ee9a37c30706d252d567c1b227fe613	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	0
\.


--
-- Data for Name: care_plans; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.care_plans (patient_id, tenant_id, plan_id, version, status, patient_ref, technique, therapist_id, former_therapists, title, goal, document, intake, decision, decision_id, knowledge_version, knowledge_sha256, time_zone, starts_on, review_needed, recheck_due, clearance_ends, session_count, created_at, created_by, updated_at, deleted_at) FROM stdin;
c34a20a02a39148145ad3f125efcdbcb	9fa051cc-a1e1-4615-be1c-6c32b5679391	xlcf5rgt334smva263wof777vg	3	on-hold	P-2 “quoted” 😀	swedish	\N	{}	Light massage only: Swedish (classic, relaxation) massage	{"by": "2026-12-19", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	{"dose": {"firm": false, "text": "At least 48 hours between sessions, 72 hours after firm work, never more than 3 a week. No self-massage on the same area in the 24 hours after firm work.", "weeks": 4, "minutes": {"max": 30, "min": 30, "start": 30}, "per_week": 1, "pressure": {"max": 2, "start": 2}, "sessions": 4, "gap_hours": 48, "max_sessions": 6, "gap_hours_firm": 72, "self_massage_after_firm_hours": 24}, "during": [{"id": "dur_breathe", "text": "Breathe slowly and easily.", "sources": []}, {"id": "dur_speak_up", "text": "Say at once if something hurts or feels wrong.", "sources": ["cherkin2011"]}, {"id": "dur_pressure_scale", "text": "On a scale from 0 to 10, keep any \\"good hurt\\" at 5 or less. Stop if it turns sharp, electric, spreading or numb.", "sources": []}, {"id": "dur_stop_now", "text": "Stop and get emergency help for: chest pain, being short of breath, fainting, sudden severe headache or neck pain, new numbness or weakness, or losing control of pee or poo. If you are pregnant: for bleeding or regular tightenings, call your maternity unit now.", "sources": ["finucane2020", "girft2023"]}, {"id": "dur_position", "text": "Ask for pillows or to lie on your side if that is more comfortable.", "sources": []}, {"id": "dur_consent", "text": "You may keep clothes on, say no to any area and stop at any time. Genitals and breasts are never part of a back massage.", "sources": []}, {"id": "dur_temperature", "text": "Say at once if anything feels too hot.", "sources": []}], "limits": {"verdict": "caution", "positions": ["prone", "supine", "side_lying", "seated"], "expert_only": false, "minutes_max": 45, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "sources": ["ostelo2008", "kamper2010", "nice_ng59", "who2023", "furlan2015", "kngf2021", "cherkin2011", "cherkin2001"], "exercise": {"id": "care_exercise", "text": "Any exercise you like and keep doing helps: walking, swimming, strength, yoga or a class. Start low and build up slowly.", "sources": ["nice_ng59", "who2023", "liddle2015"]}, "language": "en", "sessions": [{"to": "2026-11-25", "from": "2026-11-22", "number": 1, "review": true}, {"to": "2026-12-02", "from": "2026-11-29", "number": 2, "review": true}, {"to": "2026-12-09", "from": "2026-12-06", "number": 3, "review": true}, {"to": "2026-12-16", "from": "2026-12-13", "number": 4, "review": true}], "stops_on": "2026-12-19", "template": {"id": "capped", "name": "Light massage only", "stop": "Stop when your goal is reached.", "text": "Once a week, 20 to 30 minutes, light pressure, for 4 weeks. We look together at every visit. At most 6 sessions.", "basis": ["d"], "taper": "No taper needed.", "sources": [], "confidence": "M"}, "aftercare": [{"id": "aft_rest_exercise", "text": "Take a gentle walk today and go back to normal activity tomorrow. If you are sore, skip hard training and heavy lifting for the rest of the day.", "sources": ["nice_ng59", "lancet2018"]}, {"id": "aft_water", "text": "Have a drink if you are thirsty. You do not need extra water.", "sources": ["wiltshire2010", "painscience_water"]}, {"id": "aft_epsom_bath", "text": "A comfortably warm, not hot, shower or bath is fine if you like it. Epsom salt adds nothing that has been proven.", "sources": ["acp2017", "french2006", "grober2017"]}, {"id": "aft_alcohol", "text": "Leave out alcohol for the next 4 to 12 hours.", "sources": []}, {"id": "aft_caffeine", "text": "Have your usual coffee or tea. Leave it out if you want to nap.", "sources": ["killer2014"]}, {"id": "aft_stretch", "text": "Stretch gently for 10 to 30 seconds, only as far as it is free of pain.", "sources": ["nice_ng59"]}, {"id": "aft_soreness", "text": "Some soreness for a day or so is normal. In a survey, 10% of people had minor discomfort, mostly up to 36 hours. Tell us or your clinician if it lasts more than 2 to 3 days, is worse than before, or spreads.", "sources": ["cambron2007"]}, {"id": "aft_bruise", "text": "With your bleeding risk, see a doctor the same day for any bruise that is large, painful or growing.", "sources": ["nccih"]}, {"id": "aft_drive", "text": "Sit for 2 to 5 minutes before you stand up. Do not drive while you feel drowsy.", "sources": []}, {"id": "aft_heat_cold", "text": "A warm pack for 15 to 20 minutes over a layer of cloth can ease pain. Do not lie or sleep on it.", "sources": ["acp2017", "french2006"]}, {"id": "aft_exercise_plan", "text": "Keep walking and do your exercises.", "sources": ["nice_ng59", "who2023"]}, {"id": "aft_followup_check", "text": "Check yourself after 24 to 48 hours: pain score, marks on the skin, anything new.", "sources": []}, {"id": "aft_seek_help", "text": "Get emergency help for: numbness between the legs, losing control of pee or poo, new weakness in a leg, chest pain, trouble breathing, or a sudden severe headache or neck pain. See a doctor today for: one swollen or sore calf, fever, dark urine, a big or growing bruise, or new numbness elsewhere. If you are pregnant: call your maternity unit now for bleeding, fluid, regular tightenings or less movement.", "sources": ["finucane2020", "girft2023"]}], "self_care": {"id": "care_sleep_pacing", "text": "Go to bed at regular times and try a pillow between or under your knees. Split big jobs into small parts with breaks, also on good days.", "sources": []}, "starts_on": "2026-11-22", "technique": "swedish", "time_zone": "Europe/Berlin", "safety_net": "Most back pain is not dangerous and eases with time. Things can change, so please remember this: call your emergency number if you get numbness between the legs, cannot control or feel your pee or poo, get weak in both legs, have chest pain or trouble breathing, or feel very ill with a fever. See a doctor if the pain keeps getting worse or is not better after 6 weeks.", "stop_rules": [{"id": "stop_red_flag", "text": "A warning sign appears: stop the massage and follow the safety advice.", "action": "triage", "sources": []}, {"id": "stop_worse", "text": "Your pain is 2 or more points higher for more than 3 days, or after two sessions in a row: pause, and we check your answers again. With new leg symptoms, answer the safety questions at once.", "action": "pause", "sources": []}, {"id": "stop_not_better", "text": "It does not help enough: see the time frame of the plan. Then we stop and look for something better.", "action": "stop", "sources": ["furlan2015"]}, {"id": "stop_goal_reached", "text": "You reached your goal: well done. Space the sessions out or stop.", "action": "taper", "sources": []}, {"id": "stop_health_change", "text": "You have a new medicine, illness, operation or pregnancy: answer the health questions again before the next session.", "action": "reassess", "sources": []}, {"id": "stop_clearance_expired", "text": "Your doctor's OK has run out: ask for a new one.", "action": "clearance", "sources": []}, {"id": "stop_passive_only", "text": "You had more than 10 sessions without a check, or massage is all you do for your back: exercise should come first now.", "action": "active_care", "sources": ["kngf2021"]}, {"id": "stop_acute_6_weeks", "text": "Your new back pain is not better after 6 weeks: see a clinician.", "action": "clinician", "sources": []}, {"id": "stop_max_sessions", "text": "You have had as many sessions as this plan allows: let a clinician or physiotherapist look before you have more.", "action": "clinician", "sources": []}], "preferences": {"measure": "nrs"}, "preparation": [{"id": "prep_schedule", "text": "Come about 10 minutes early and leave some quiet time. Do not plan hard work right after.", "sources": []}, {"id": "prep_water_before", "text": "Drink when you are thirsty, as usual, and empty your bladder first.", "sources": ["painscience_water"]}, {"id": "prep_clothing", "text": "Wear loose, comfortable clothes. For Thai, shiatsu or chair massage you stay dressed; otherwise undress only as far as you like.", "sources": []}, {"id": "prep_tell_health", "text": "Tell your therapist about illnesses, medicines, allergies, pregnancy and operations. Show them the summary from this service.", "sources": ["nccih", "walton_book"]}, {"id": "prep_doctor", "text": "If this service asks you to, talk to a doctor or nurse before the massage and take the list of questions with you.", "sources": ["nccih"]}, {"id": "prep_no_heavy_meal", "text": "Leave 1 to 2 hours after a big meal. A light snack is fine; do not fast.", "sources": []}, {"id": "prep_no_alcohol", "text": "No alcohol or recreational drugs before a massage. If you feel their effect, choose another day.", "sources": []}, {"id": "prep_meds", "text": "If you take a blood thinner, never stop it for a massage. Ask for light pressure.", "sources": []}, {"id": "prep_hygiene_shave", "text": "Shower before you come. Do not shave or wax the area in the 24 hours before.", "sources": []}, {"id": "prep_goal", "text": "Choose one thing you want to do again, such as a 20-minute walk, and note your pain from 0 to 10.", "sources": ["ostelo2008", "nice_ng59"]}], "recheck_due": "2026-12-22", "modifications": [{"id": "no_pressure_on_spinous_processes", "text": "Press on the muscles beside the spine, never on its bony points."}, {"id": "no_tapotement_over_kidneys", "text": "No tapping or chopping over the kidneys."}, {"id": "avoid_endangerment_sites", "text": "No deep, pinpoint or hammering pressure on throat, armpits, groin, backs of the knees, kidneys, belly or bony spine."}, {"id": "bruise_check_next_day", "text": "Look for bruises the next day and tell your therapist about any."}, {"id": "stop_if_bruising", "text": "Stop if new bruises appear, and tell your doctor about large or painful ones."}, {"id": "ask_why_anticoagulant", "text": "Tell the therapist why you take the blood thinner, above all if it is for a clot."}, {"id": "no_thrust", "text": "No cracking, jerking or sudden pushes."}], "review_points": [{"date": "2026-11-22", "kind": "every_session", "text": "Answer the safety questions again before every session."}, {"date": "2026-11-25", "kind": "session", "text": "After session 1, look together whether it helps.", "session": 1}, {"date": "2026-12-19", "kind": "end", "text": "The plan ends. Go on only if it clearly helped."}], "technique_name": "Swedish (classic, relaxation) massage", "therapist_needs": {"text": "Any trained and registered massage therapist can give it.", "pressure": 2, "training": [], "technique": "swedish"}, "rescreen_every_session": true}	{"age": 67, "sex": "male", "pain": {"areas": ["low_back"], "intensity": 4, "duration_weeks": 30}, "as_of": "2026-11-22", "none_of": ["nerves_bladder_bowel", "chest_head_sudden", "tummy_kidneys", "legs_circulation", "fever_infection", "injury_bones", "cancer_pain_pattern", "this_pain", "safety_wellbeing", "health_body", "health_now", "pain_story", "pregnancy_and_birth", "circulation_details", "infection_details", "skin_details", "bone_joint_details", "procedure_details", "organ_details", "nerve_details", "device_details", "allergy_details", "context_details"], "findings": [{"id": "gate_medicine", "state": "present"}, {"id": "anticoagulant", "state": "present", "detail": "stable", "weeks_ago": 104}, {"id": "gate_allergy", "state": "absent"}, {"id": "gate_context", "state": "absent"}, {"id": "rf_anticoag_sudden", "state": "absent"}, {"id": "antiplatelet", "state": "absent"}, {"id": "hormone_therapy_bone_loss", "state": "absent"}, {"id": "corticosteroid_oral", "state": "absent"}, {"id": "inhaled_topical_steroid", "state": "absent"}, {"id": "retinoid_oral", "state": "absent"}, {"id": "retinoid_topical", "state": "absent"}, {"id": "opioid_sedative", "state": "absent"}, {"id": "analgesic_premed", "state": "absent"}, {"id": "nsaid", "state": "absent"}, {"id": "fluoroquinolone", "state": "absent"}, {"id": "antihypertensive", "state": "absent"}, {"id": "ssri_snri", "state": "absent"}, {"id": "immunosuppressant", "state": "absent"}, {"id": "hormone_estrogen", "state": "absent"}, {"id": "osteoporosis_drug", "state": "absent"}, {"id": "statin_muscle_pain", "state": "absent"}], "medications": [{"text": "warfarin"}]}	{"as_of": "2026-11-22", "triage": "self_care", "knowledge": {"sha256": "733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30", "version": "1.0.0"}, "techniques": {"mld": {"verdict": "contraindicated", "positions": ["prone", "supine", "side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 45, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "thai": {"verdict": "contraindicated", "positions": ["floor"], "expert_only": false, "minutes_max": 45, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "chair": {"verdict": "caution", "positions": ["seated"], "expert_only": false, "minutes_max": 25, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "iastm": {"verdict": "contraindicated", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 15, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "tuina": {"verdict": "contraindicated", "positions": ["prone", "side_lying", "seated"], "expert_only": false, "minutes_max": 40, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "sports": {"verdict": "contraindicated", "positions": ["prone", "supine", "side_lying"], "expert_only": false, "minutes_max": 45, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "cupping": {"verdict": "contraindicated", "positions": ["prone", "seated"], "expert_only": false, "minutes_max": 20, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "warn_circular_marks", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "swedish": {"verdict": "caution", "positions": ["prone", "supine", "side_lying", "seated"], "expert_only": false, "minutes_max": 45, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "prenatal": {"verdict": "caution", "positions": ["side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 45, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "hot_stone": {"verdict": "caution", "positions": ["prone", "supine"], "expert_only": false, "minutes_max": 45, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "deep_tissue": {"verdict": "contraindicated", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 45, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "reflexology": {"verdict": "caution", "positions": ["seated", "semi_reclined"], "expert_only": false, "minutes_max": 45, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "craniosacral": {"verdict": "caution", "positions": ["supine", "side_lying"], "expert_only": false, "minutes_max": 45, "pressure_max": 1, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "self_massage": {"verdict": "caution", "positions": ["seated", "floor", "standing"], "expert_only": false, "minutes_max": 10, "pressure_max": 2, "areas_limited": {}, "modifications": ["standing_at_wall_first", "no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": ["ribs", "flank"]}, "neuromuscular": {"verdict": "contraindicated", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 45, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "trigger_point": {"verdict": "contraindicated", "positions": ["prone", "side_lying", "seated"], "expert_only": false, "minutes_max": 30, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "cross_friction": {"verdict": "contraindicated", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 15, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "gentle_effleurage": {"verdict": "caution", "positions": ["prone", "supine", "side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 45, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "percussive_device": {"verdict": "contraindicated", "positions": ["prone", "supine", "side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 8, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": ["face", "neck_front", "neck_side", "neck_back", "ribs", "flank", "groin", "knee_back", "axilla"]}, "myofascial_release": {"verdict": "caution", "positions": ["prone", "supine", "side_lying"], "expert_only": false, "minutes_max": 45, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "shiatsu_acupressure": {"verdict": "caution", "positions": ["seated", "floor"], "expert_only": false, "minutes_max": 45, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}}, "decision_id": "d_dbbdf896d9866f6a8eb915306f800253"}	d_dbbdf896d9866f6a8eb915306f800253	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	1	2026-11-22 18:00:50.627056+00	clinic:key:RXhU0wLmnXCw	2026-11-22 18:00:51.058867+00	\N
e75162640a401cb9f9832f7632758756	9fa051cc-a1e1-4615-be1c-6c32b5679391	v4k6ed2nfvty32frtsm2o3b5cj	2	active	P-3	swedish	\N	{}	New back pain: Swedish (classic, relaxation) massage	{"by": "2026-12-05", "text": "Bring your average pain down from 3 to 1 or less, and do more of what matters to you.", "target": 1, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 3, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	{"dose": {"firm": false, "text": "At least 48 hours between sessions, 72 hours after firm work, never more than 3 a week. No self-massage on the same area in the 24 hours after firm work.", "weeks": 2, "minutes": {"max": 30, "min": 30, "start": 30}, "per_week": 1, "pressure": {"max": 3, "start": 3}, "sessions": 2, "gap_hours": 48, "max_sessions": 4, "gap_hours_firm": 72, "max_sessions_within_weeks": 6, "self_massage_after_firm_hours": 24}, "during": [{"id": "dur_breathe", "text": "Breathe slowly and easily.", "sources": []}, {"id": "dur_speak_up", "text": "Say at once if something hurts or feels wrong.", "sources": ["cherkin2011"]}, {"id": "dur_pressure_scale", "text": "On a scale from 0 to 10, keep any \\"good hurt\\" at 5 or less. Stop if it turns sharp, electric, spreading or numb.", "sources": []}, {"id": "dur_stop_now", "text": "Stop and get emergency help for: chest pain, being short of breath, fainting, sudden severe headache or neck pain, new numbness or weakness, or losing control of pee or poo. If you are pregnant: for bleeding or regular tightenings, call your maternity unit now.", "sources": ["finucane2020", "girft2023"]}, {"id": "dur_position", "text": "Ask for pillows or to lie on your side if that is more comfortable.", "sources": []}, {"id": "dur_consent", "text": "You may keep clothes on, say no to any area and stop at any time. Genitals and breasts are never part of a back massage.", "sources": []}, {"id": "dur_temperature", "text": "Say at once if anything feels too hot.", "sources": []}], "limits": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying", "seated"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "sources": ["acp2017", "furlan2015", "ostelo2008", "kamper2010", "nice_ng59", "who2023", "kngf2021", "cherkin2011", "cherkin2001"], "exercise": {"id": "care_exercise", "text": "Any exercise you like and keep doing helps: walking, swimming, strength, yoga or a class. Start low and build up slowly.", "sources": ["nice_ng59", "who2023", "liddle2015"]}, "language": "en", "sessions": [{"to": "2026-11-25", "from": "2026-11-22", "number": 1, "review": false}, {"to": "2026-12-02", "from": "2026-11-29", "number": 2, "review": true}], "stops_on": "2026-12-05", "template": {"id": "acute", "name": "New back pain", "stop": "Stop when your pain is 2 or less.", "text": "Once or twice a week, 20 to 40 minutes, for 2 weeks. We look together after 2 sessions or 2 weeks. At most 4 sessions in 6 weeks, then a clinician or physiotherapist should look.", "basis": ["d"], "taper": "No taper needed.", "sources": ["acp2017", "furlan2015"], "confidence": "M"}, "aftercare": [{"id": "aft_rest_exercise", "text": "Take a gentle walk today and go back to normal activity tomorrow. If you are sore, skip hard training and heavy lifting for the rest of the day.", "sources": ["nice_ng59", "lancet2018"]}, {"id": "aft_water", "text": "Have a drink if you are thirsty. You do not need extra water.", "sources": ["wiltshire2010", "painscience_water"]}, {"id": "aft_epsom_bath", "text": "A comfortably warm, not hot, shower or bath is fine if you like it. Epsom salt adds nothing that has been proven.", "sources": ["acp2017", "french2006", "grober2017"]}, {"id": "aft_alcohol", "text": "Leave out alcohol for the next 4 to 12 hours.", "sources": []}, {"id": "aft_caffeine", "text": "Have your usual coffee or tea. Leave it out if you want to nap.", "sources": ["killer2014"]}, {"id": "aft_stretch", "text": "Stretch gently for 10 to 30 seconds, only as far as it is free of pain.", "sources": ["nice_ng59"]}, {"id": "aft_soreness", "text": "Some soreness for a day or so is normal. In a survey, 10% of people had minor discomfort, mostly up to 36 hours. Tell us or your clinician if it lasts more than 2 to 3 days, is worse than before, or spreads.", "sources": ["cambron2007"]}, {"id": "aft_bruise", "text": "Small bruises can happen with firm work. Marks after cupping or gua sha are expected. Take a photo so that you see whether they fade.", "sources": ["nccih"]}, {"id": "aft_drive", "text": "Sit for 2 to 5 minutes before you stand up. Do not drive while you feel drowsy.", "sources": []}, {"id": "aft_heat_cold", "text": "A warm pack for 15 to 20 minutes over a layer of cloth can ease pain. Do not lie or sleep on it.", "sources": ["acp2017", "french2006"]}, {"id": "aft_exercise_plan", "text": "Keep walking and do your exercises.", "sources": ["nice_ng59", "who2023"]}, {"id": "aft_followup_check", "text": "Check yourself after 24 to 48 hours: pain score, marks on the skin, anything new.", "sources": []}, {"id": "aft_seek_help", "text": "Get emergency help for: numbness between the legs, losing control of pee or poo, new weakness in a leg, chest pain, trouble breathing, or a sudden severe headache or neck pain. See a doctor today for: one swollen or sore calf, fever, dark urine, a big or growing bruise, or new numbness elsewhere. If you are pregnant: call your maternity unit now for bleeding, fluid, regular tightenings or less movement.", "sources": ["finucane2020", "girft2023"]}], "self_care": {"id": "care_stay_active", "text": "Keep up your normal life as far as you can, and walk a little several times a day. Some pain when you move does not mean harm.", "sources": ["nice_ng59", "lancet2018", "acp2017"]}, "starts_on": "2026-11-22", "technique": "swedish", "time_zone": "Europe/Berlin", "safety_net": "Most back pain is not dangerous and eases with time. Things can change, so please remember this: call your emergency number if you get numbness between the legs, cannot control or feel your pee or poo, get weak in both legs, have chest pain or trouble breathing, or feel very ill with a fever. See a doctor if the pain keeps getting worse or is not better after 6 weeks.", "stop_rules": [{"id": "stop_red_flag", "text": "A warning sign appears: stop the massage and follow the safety advice.", "action": "triage", "sources": []}, {"id": "stop_worse", "text": "Your pain is 2 or more points higher for more than 3 days, or after two sessions in a row: pause, and we check your answers again. With new leg symptoms, answer the safety questions at once.", "action": "pause", "sources": []}, {"id": "stop_not_better", "text": "It does not help enough: see the time frame of the plan. Then we stop and look for something better.", "action": "stop", "sources": ["furlan2015"]}, {"id": "stop_goal_reached", "text": "You reached your goal: well done. Space the sessions out or stop.", "action": "taper", "sources": []}, {"id": "stop_health_change", "text": "You have a new medicine, illness, operation or pregnancy: answer the health questions again before the next session.", "action": "reassess", "sources": []}, {"id": "stop_clearance_expired", "text": "Your doctor's OK has run out: ask for a new one.", "action": "clearance", "sources": []}, {"id": "stop_passive_only", "text": "You had more than 10 sessions without a check, or massage is all you do for your back: exercise should come first now.", "action": "active_care", "sources": ["kngf2021"]}, {"id": "stop_acute_6_weeks", "text": "Your new back pain is not better after 6 weeks: see a clinician.", "action": "clinician", "sources": []}, {"id": "stop_max_sessions", "text": "You have had as many sessions as this plan allows: let a clinician or physiotherapist look before you have more.", "action": "clinician", "sources": []}], "preferences": {"measure": "nrs"}, "preparation": [{"id": "prep_schedule", "text": "Come about 10 minutes early and leave some quiet time. Do not plan hard work right after.", "sources": []}, {"id": "prep_water_before", "text": "Drink when you are thirsty, as usual, and empty your bladder first.", "sources": ["painscience_water"]}, {"id": "prep_clothing", "text": "Wear loose, comfortable clothes. For Thai, shiatsu or chair massage you stay dressed; otherwise undress only as far as you like.", "sources": []}, {"id": "prep_tell_health", "text": "Tell your therapist about illnesses, medicines, allergies, pregnancy and operations. Show them the summary from this service.", "sources": ["nccih", "walton_book"]}, {"id": "prep_doctor", "text": "If this service asks you to, talk to a doctor or nurse before the massage and take the list of questions with you.", "sources": ["nccih"]}, {"id": "prep_no_heavy_meal", "text": "Leave 1 to 2 hours after a big meal. A light snack is fine; do not fast.", "sources": []}, {"id": "prep_no_alcohol", "text": "No alcohol or recreational drugs before a massage. If you feel their effect, choose another day.", "sources": []}, {"id": "prep_meds", "text": "Take your usual medicines at the usual time. Do not take extra painkillers to bear firm work. Bring your list, and an inhaler, heart spray or sugar if you use them.", "sources": []}, {"id": "prep_hygiene_shave", "text": "Shower before you come. Do not shave or wax the area in the 24 hours before.", "sources": []}, {"id": "prep_goal", "text": "Choose one thing you want to do again, such as a 20-minute walk, and note your pain from 0 to 10.", "sources": ["ostelo2008", "nice_ng59"]}], "recheck_due": "2026-12-22", "modifications": [{"id": "no_pressure_on_spinous_processes", "text": "Press on the muscles beside the spine, never on its bony points."}, {"id": "no_tapotement_over_kidneys", "text": "No tapping or chopping over the kidneys."}, {"id": "avoid_endangerment_sites", "text": "No deep, pinpoint or hammering pressure on throat, armpits, groin, backs of the knees, kidneys, belly or bony spine."}, {"id": "no_thrust", "text": "No cracking, jerking or sudden pushes."}], "review_points": [{"date": "2026-12-02", "kind": "session", "text": "After session 2, look together whether it helps.", "session": 2}, {"date": "2026-12-05", "kind": "end", "text": "The plan ends. Go on only if it clearly helped."}], "technique_name": "Swedish (classic, relaxation) massage", "therapist_needs": {"text": "Any trained and registered massage therapist can give it.", "pressure": 3, "training": [{"id": "sports", "text": "Sports massage training (level 4 or 5 in the UK)", "sources": []}], "technique": "swedish"}, "rescreen_every_session": false}	{"age": 26, "sex": "male", "pain": {"areas": ["low_back", "gluteal", "thigh"], "intensity": 3, "duration_weeks": 0.40000000000000002}, "as_of": "2026-11-22", "none_of": ["nerves_bladder_bowel", "chest_head_sudden", "tummy_kidneys", "legs_circulation", "fever_infection", "injury_bones", "cancer_pain_pattern", "this_pain", "safety_wellbeing", "health_body", "health_now", "health_other", "pain_story", "pregnancy_and_birth", "circulation_details", "infection_details", "skin_details", "bone_joint_details", "procedure_details", "organ_details", "nerve_details", "device_details", "medicine_details", "allergy_details", "context_details"], "medications": [], "preferences": {"clothed": false, "pressure": 4, "techniques": ["sports", "deep_tissue"], "avoid_techniques": ["thai"]}, "presentations": ["doms"]}	{"as_of": "2026-11-22", "triage": "self_care", "knowledge": {"sha256": "733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30", "version": "1.0.0"}, "techniques": {"mld": {"verdict": "contraindicated", "positions": ["prone", "supine", "side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 30, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "thai": {"verdict": "suitable", "positions": ["floor"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "chair": {"verdict": "suitable", "positions": ["seated"], "expert_only": false, "minutes_max": 25, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "iastm": {"verdict": "suitable", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 15, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "tuina": {"verdict": "suitable", "positions": ["prone", "side_lying", "seated"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "sports": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "cupping": {"verdict": "suitable", "positions": ["prone", "seated"], "expert_only": false, "minutes_max": 20, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "warn_circular_marks", "no_thrust"], "areas_to_avoid": []}, "swedish": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying", "seated"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "prenatal": {"verdict": "suitable", "positions": ["side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "hot_stone": {"verdict": "suitable", "positions": ["prone", "supine"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "deep_tissue": {"verdict": "suitable", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "reflexology": {"verdict": "suitable", "positions": ["seated", "semi_reclined"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "craniosacral": {"verdict": "suitable", "positions": ["supine", "side_lying"], "expert_only": false, "minutes_max": 30, "pressure_max": 1, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "self_massage": {"verdict": "suitable", "positions": ["seated", "floor", "standing"], "expert_only": false, "minutes_max": 10, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["standing_at_wall_first", "no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": ["ribs", "flank"]}, "neuromuscular": {"verdict": "suitable", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "trigger_point": {"verdict": "suitable", "positions": ["prone", "side_lying", "seated"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "cross_friction": {"verdict": "suitable", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 15, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "gentle_effleurage": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 30, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "percussive_device": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 8, "pressure_max": 3, "areas_limited": {"chest": 2, "abdomen": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": ["face", "neck_front", "neck_side", "neck_back", "ribs", "flank", "groin", "knee_back", "axilla"]}, "myofascial_release": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "shiatsu_acupressure": {"verdict": "suitable", "positions": ["seated", "floor"], "expert_only": false, "minutes_max": 30, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}}, "decision_id": "d_4ee9a37c30706d252d567c1b227fe613"}	d_4ee9a37c30706d252d567c1b227fe613	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	0	2026-11-22 18:00:50.642741+00	clinic:key:RXhU0wLmnXCw	2026-11-22 18:00:51.078231+00	2026-11-22 18:00:51.078231+00
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	frweahw6pxh33yrhny4ishyuwv	8	active	P-1	swedish	u4ccq5w3jex74lpxsncs53uxoi	{}	Miriam's plan; DROP TABLE x --	{"by": "2027-01-30", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}}	{"dose": {"firm": false, "text": "At least 48 hours between sessions, 72 hours after firm work, never more than 3 a week. No self-massage on the same area in the 24 hours after firm work.", "weeks": 10, "minutes": {"max": 60, "min": 45, "start": 60}, "per_week": 1, "pressure": {"max": 4, "start": 3}, "sessions": 10, "gap_hours": 48, "max_sessions": 10, "gap_hours_firm": 72, "self_massage_after_firm_hours": 24}, "during": [{"id": "dur_breathe", "text": "Breathe slowly and easily.", "sources": []}, {"id": "dur_speak_up", "text": "Say at once if something hurts or feels wrong.", "sources": ["cherkin2011"]}, {"id": "dur_pressure_scale", "text": "On a scale from 0 to 10, keep any \\"good hurt\\" at 5 or less. Stop if it turns sharp, electric, spreading or numb.", "sources": []}, {"id": "dur_stop_now", "text": "Stop and get emergency help for: chest pain, being short of breath, fainting, sudden severe headache or neck pain, new numbness or weakness, or losing control of pee or poo. If you are pregnant: for bleeding or regular tightenings, call your maternity unit now.", "sources": ["finucane2020", "girft2023"]}, {"id": "dur_position", "text": "Ask for pillows or to lie on your side if that is more comfortable.", "sources": []}, {"id": "dur_consent", "text": "You may keep clothes on, say no to any area and stop at any time. Genitals and breasts are never part of a back massage.", "sources": []}, {"id": "dur_temperature", "text": "Say at once if anything feels too hot.", "sources": []}], "limits": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying", "seated"], "expert_only": false, "minutes_max": 60, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "sources": ["cherkin2011", "cherkin2001", "ostelo2008", "kamper2010", "nice_ng59", "who2023", "furlan2015", "kngf2021"], "exercise": {"id": "care_exercise", "text": "Any exercise you like and keep doing helps: walking, swimming, strength, yoga or a class. Start low and build up slowly.", "sources": ["nice_ng59", "who2023", "liddle2015"]}, "language": "en", "sessions": [{"to": "2026-11-25", "from": "2026-11-22", "number": 1, "review": false}, {"to": "2026-12-02", "from": "2026-11-29", "number": 2, "review": false}, {"to": "2026-12-09", "from": "2026-12-06", "number": 3, "review": false}, {"to": "2026-12-16", "from": "2026-12-13", "number": 4, "review": true}, {"to": "2026-12-23", "from": "2026-12-20", "number": 5, "review": false}, {"to": "2026-12-30", "from": "2026-12-27", "number": 6, "review": false}, {"to": "2027-01-06", "from": "2027-01-03", "number": 7, "review": false}, {"to": "2027-01-13", "from": "2027-01-10", "number": 8, "review": false}, {"to": "2027-01-20", "from": "2027-01-17", "number": 9, "review": false}, {"to": "2027-01-27", "from": "2027-01-24", "number": 10, "review": false}], "stops_on": "2027-01-30", "template": {"id": "chronic", "name": "Long-lasting back pain", "stop": "Stop when your goal is reached or it does not help.", "text": "Once a week, 45 to 60 minutes, for 6 to 10 weeks, together with exercise. We look together at session 4 and at 10 weeks.", "basis": ["d"], "taper": "After that only every two to four weeks, and only if it is shown again that it helps.", "sources": ["cherkin2011", "cherkin2001"], "confidence": "M"}, "aftercare": [{"id": "aft_rest_exercise", "text": "Take a gentle walk today and go back to normal activity tomorrow. If you are sore, skip hard training and heavy lifting for the rest of the day.", "sources": ["nice_ng59", "lancet2018"]}, {"id": "aft_water", "text": "Have a drink if you are thirsty. You do not need extra water.", "sources": ["wiltshire2010", "painscience_water"]}, {"id": "aft_epsom_bath", "text": "A comfortably warm, not hot, shower or bath is fine if you like it. Epsom salt adds nothing that has been proven.", "sources": ["acp2017", "french2006", "grober2017"]}, {"id": "aft_alcohol", "text": "Leave out alcohol for the next 4 to 12 hours.", "sources": []}, {"id": "aft_caffeine", "text": "Have your usual coffee or tea. Leave it out if you want to nap.", "sources": ["killer2014"]}, {"id": "aft_stretch", "text": "Stretch gently for 10 to 30 seconds, only as far as it is free of pain.", "sources": ["nice_ng59"]}, {"id": "aft_soreness", "text": "Some soreness for a day or so is normal. In a survey, 10% of people had minor discomfort, mostly up to 36 hours. Tell us or your clinician if it lasts more than 2 to 3 days, is worse than before, or spreads.", "sources": ["cambron2007"]}, {"id": "aft_bruise", "text": "Small bruises can happen with firm work. Marks after cupping or gua sha are expected. Take a photo so that you see whether they fade.", "sources": ["nccih"]}, {"id": "aft_drive", "text": "Sit for 2 to 5 minutes before you stand up. Do not drive while you feel drowsy.", "sources": []}, {"id": "aft_heat_cold", "text": "A warm pack for 15 to 20 minutes over a layer of cloth can ease pain. Do not lie or sleep on it.", "sources": ["acp2017", "french2006"]}, {"id": "aft_exercise_plan", "text": "Keep walking and do your exercises.", "sources": ["nice_ng59", "who2023"]}, {"id": "aft_followup_check", "text": "Check yourself after 24 to 48 hours: pain score, marks on the skin, anything new.", "sources": []}, {"id": "aft_seek_help", "text": "Get emergency help for: numbness between the legs, losing control of pee or poo, new weakness in a leg, chest pain, trouble breathing, or a sudden severe headache or neck pain. See a doctor today for: one swollen or sore calf, fever, dark urine, a big or growing bruise, or new numbness elsewhere. If you are pregnant: call your maternity unit now for bleeding, fluid, regular tightenings or less movement.", "sources": ["finucane2020", "girft2023"]}], "self_care": {"id": "care_self_management", "text": "Learn how back pain works, set yourself one small goal a week, and try slow breathing or relaxing. If worry or low mood weighs on you, ask for help; it helps the pain too.", "sources": ["nice_ng59", "who2023"]}, "starts_on": "2026-11-22", "technique": "swedish", "time_zone": "Europe/Berlin", "safety_net": "Most back pain is not dangerous and eases with time. Things can change, so please remember this: call your emergency number if you get numbness between the legs, cannot control or feel your pee or poo, get weak in both legs, have chest pain or trouble breathing, or feel very ill with a fever. See a doctor if the pain keeps getting worse or is not better after 6 weeks.", "stop_rules": [{"id": "stop_red_flag", "text": "A warning sign appears: stop the massage and follow the safety advice.", "action": "triage", "sources": []}, {"id": "stop_worse", "text": "Your pain is 2 or more points higher for more than 3 days, or after two sessions in a row: pause, and we check your answers again. With new leg symptoms, answer the safety questions at once.", "action": "pause", "sources": []}, {"id": "stop_not_better", "text": "It does not help enough: see the time frame of the plan. Then we stop and look for something better.", "action": "stop", "sources": ["furlan2015"]}, {"id": "stop_goal_reached", "text": "You reached your goal: well done. Space the sessions out or stop.", "action": "taper", "sources": []}, {"id": "stop_health_change", "text": "You have a new medicine, illness, operation or pregnancy: answer the health questions again before the next session.", "action": "reassess", "sources": []}, {"id": "stop_clearance_expired", "text": "Your doctor's OK has run out: ask for a new one.", "action": "clearance", "sources": []}, {"id": "stop_passive_only", "text": "You had more than 10 sessions without a check, or massage is all you do for your back: exercise should come first now.", "action": "active_care", "sources": ["kngf2021"]}, {"id": "stop_acute_6_weeks", "text": "Your new back pain is not better after 6 weeks: see a clinician.", "action": "clinician", "sources": []}, {"id": "stop_max_sessions", "text": "You have had as many sessions as this plan allows: let a clinician or physiotherapist look before you have more.", "action": "clinician", "sources": []}], "preferences": {"measure": "nrs"}, "preparation": [{"id": "prep_schedule", "text": "Come about 10 minutes early and leave some quiet time. Do not plan hard work right after.", "sources": []}, {"id": "prep_water_before", "text": "Drink when you are thirsty, as usual, and empty your bladder first.", "sources": ["painscience_water"]}, {"id": "prep_clothing", "text": "Wear loose, comfortable clothes. For Thai, shiatsu or chair massage you stay dressed; otherwise undress only as far as you like.", "sources": []}, {"id": "prep_tell_health", "text": "Tell your therapist about illnesses, medicines, allergies, pregnancy and operations. Show them the summary from this service.", "sources": ["nccih", "walton_book"]}, {"id": "prep_doctor", "text": "If this service asks you to, talk to a doctor or nurse before the massage and take the list of questions with you.", "sources": ["nccih"]}, {"id": "prep_no_heavy_meal", "text": "Leave 1 to 2 hours after a big meal. A light snack is fine; do not fast.", "sources": []}, {"id": "prep_no_alcohol", "text": "No alcohol or recreational drugs before a massage. If you feel their effect, choose another day.", "sources": []}, {"id": "prep_meds", "text": "Take your usual medicines at the usual time. Do not take extra painkillers to bear firm work. Bring your list, and an inhaler, heart spray or sugar if you use them.", "sources": []}, {"id": "prep_hygiene_shave", "text": "Shower before you come. Do not shave or wax the area in the 24 hours before.", "sources": []}, {"id": "prep_goal", "text": "Choose one thing you want to do again, such as a 20-minute walk, and note your pain from 0 to 10.", "sources": ["ostelo2008", "nice_ng59"]}], "recheck_due": "2026-12-22", "modifications": [{"id": "no_pressure_on_spinous_processes", "text": "Press on the muscles beside the spine, never on its bony points."}, {"id": "no_tapotement_over_kidneys", "text": "No tapping or chopping over the kidneys."}, {"id": "avoid_endangerment_sites", "text": "No deep, pinpoint or hammering pressure on throat, armpits, groin, backs of the knees, kidneys, belly or bony spine."}, {"id": "no_thrust", "text": "No cracking, jerking or sudden pushes."}], "review_points": [{"date": "2026-12-16", "kind": "session", "text": "After session 4, look together whether it helps.", "session": 4}, {"date": "2026-12-22", "kind": "recheck", "text": "Some of your answers are getting old: answer those questions again."}, {"date": "2027-01-30", "kind": "end", "text": "The plan ends. Go on only if it clearly helped."}], "technique_name": "Swedish (classic, relaxation) massage", "therapist_needs": {"text": "Any trained and registered massage therapist can give it.", "pressure": 4, "training": [], "technique": "swedish"}, "rescreen_every_session": false}	{"age": 38, "sex": "female", "pain": {"areas": ["low_back"], "intensity": 4, "duration_weeks": 20}, "as_of": "2026-11-22", "none_of": ["nerves_bladder_bowel", "chest_head_sudden", "tummy_kidneys", "legs_circulation", "fever_infection", "injury_bones", "cancer_pain_pattern", "this_pain", "safety_wellbeing", "health_body", "health_now", "health_other", "pain_story", "pregnancy_and_birth", "circulation_details", "infection_details", "skin_details", "bone_joint_details", "procedure_details", "organ_details", "nerve_details", "device_details", "medicine_details", "allergy_details", "context_details"], "medications": [], "preferences": {"pressure": 3}, "presentations": ["nslbp_chronic"]}	{"as_of": "2026-11-22", "triage": "self_care", "knowledge": {"sha256": "733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30", "version": "1.0.0"}, "techniques": {"mld": {"verdict": "contraindicated", "positions": ["prone", "supine", "side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 60, "pressure_max": 0, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "thai": {"verdict": "suitable", "positions": ["floor"], "expert_only": false, "minutes_max": 90, "pressure_max": 5, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "chair": {"verdict": "suitable", "positions": ["seated"], "expert_only": false, "minutes_max": 25, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "iastm": {"verdict": "suitable", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 15, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "tuina": {"verdict": "suitable", "positions": ["prone", "side_lying", "seated"], "expert_only": false, "minutes_max": 40, "pressure_max": 5, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "sports": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying"], "expert_only": false, "minutes_max": 60, "pressure_max": 5, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "cupping": {"verdict": "suitable", "positions": ["prone", "seated"], "expert_only": false, "minutes_max": 20, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "warn_circular_marks", "no_thrust"], "areas_to_avoid": []}, "swedish": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying", "seated"], "expert_only": false, "minutes_max": 60, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "prenatal": {"verdict": "suitable", "positions": ["side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 60, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "hot_stone": {"verdict": "suitable", "positions": ["prone", "supine"], "expert_only": false, "minutes_max": 75, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "deep_tissue": {"verdict": "suitable", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 60, "pressure_max": 5, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "reflexology": {"verdict": "suitable", "positions": ["seated", "semi_reclined"], "expert_only": false, "minutes_max": 60, "pressure_max": 3, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "craniosacral": {"verdict": "suitable", "positions": ["supine", "side_lying"], "expert_only": false, "minutes_max": 60, "pressure_max": 1, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "self_massage": {"verdict": "suitable", "positions": ["seated", "floor", "standing"], "expert_only": false, "minutes_max": 10, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["standing_at_wall_first", "no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": ["ribs", "flank"]}, "neuromuscular": {"verdict": "suitable", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 60, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "trigger_point": {"verdict": "suitable", "positions": ["prone", "side_lying", "seated"], "expert_only": false, "minutes_max": 30, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "cross_friction": {"verdict": "suitable", "positions": ["prone", "side_lying"], "expert_only": false, "minutes_max": 15, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "gentle_effleurage": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 60, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "percussive_device": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying", "seated", "semi_reclined"], "expert_only": false, "minutes_max": 8, "pressure_max": 4, "areas_limited": {"chest": 2, "abdomen": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": ["face", "neck_front", "neck_side", "neck_back", "ribs", "flank", "groin", "knee_back", "axilla"]}, "myofascial_release": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying"], "expert_only": false, "minutes_max": 60, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "shiatsu_acupressure": {"verdict": "suitable", "positions": ["seated", "floor"], "expert_only": false, "minutes_max": 60, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}}, "decision_id": "d_aedb8d042fca1f8fb129de64289a81a8"}	d_aedb8d042fca1f8fb129de64289a81a8	1.0.0	733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30	Europe/Berlin	2026-11-22	{}	2026-12-22	\N	3	2026-11-22 18:00:50.603973+00	clinic:key:RXhU0wLmnXCw	2026-11-22 18:00:50.991451+00	\N
\.


--
-- Data for Name: cds_feedback; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.cds_feedback (tenant_id, card_id, outcome, outcome_at, service, topic, rule, reason, commented, suggestions, created_at) FROM stdin;
\.


--
-- Data for Name: clearances; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.clearances (patient_id, tenant_id, clearance_id, plan_id, role, by_whom, reason, findings, rules, techniques, recorded, expires, began, actor, created_at) FROM stdin;
\.


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.idempotency_keys (tenant_id, principal, route, key, fingerprint, patient_id, status, headers, body, created_at, expires_at) FROM stdin;
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	DELETE /patients/{patient_ref}	fill-2-1795370450508	\\x7decb6b0af764ecca0f49290167b05ccc2736c2ad83efbcdbc168ad74989f9da	\N	200	{}	{"erased_at":"2026-11-22T18:00:50.517807Z","erased":{"care_plans":1,"sessions":0,"measurements":0,"clearances":0}}	2026-11-22 18:00:50.517781+00	2026-11-23 18:00:50.517797+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /therapists	fill-3-1795370450546	\\x0a671ea8fcdfb853bcd5c7ea4d89832b036a730b8a4149259c83fa99e572f186	\N	201	{"ETag": "\\"1\\"", "Location": "/therapists/u4ccq5w3jex74lpxsncs53uxoi"}	{"therapist_id":"u4ccq5w3jex74lpxsncs53uxoi","version":1,"name":"Zoë Ångström","techniques":["swedish"],"pressure":{"min":1,"max":4},"languages":["en","de"],"created_at":"2026-11-22T18:00:50.557313Z","updated_at":"2026-11-22T18:00:50.557313Z"}	2026-11-22 18:00:50.557332+00	2026-11-23 18:00:50.557334+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans	fill-4-1795370450601	\\xbab6156e32a7eba9182964efceb7f67c28db06ae2bc0de0b60fe9aa639381c06	1cc6e882417f616be5d69039892742ec	201	{"ETag": "\\"1\\"", "Location": "/care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv"}	{"id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","version":1,"status":"active","patient":"P-1","therapist":"u4ccq5w3jex74lpxsncs53uxoi","technique":"swedish","title":"Long-lasting back pain: Swedish (classic, relaxation) massage","goal":{"text":"Bring your average pain down from 4 to 2 or less, and do more of what matters to you.","own_words":false,"measure":"nrs","baseline":4,"target":2,"important_change":{"points":2,"percent":30,"rule":"either"},"by":"2027-01-30","sources":["ostelo2008","kamper2010"]},"starts_on":"2026-11-22","time_zone":"Europe/Berlin","review_needed":[],"recheck_due":"2026-12-22","clearance_ends":null,"session_count":0,"decision":{"id":"d_aedb8d042fca1f8fb129de64289a81a8","knowledge_version":"1.0.0","knowledge_sha256":"733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30"},"created_at":"2026-11-22T18:00:50.603973Z","created_by":"clinic:key:RXhU0wLmnXCw","updated_at":"2026-11-22T18:00:50.603973Z","plan":{"technique":"swedish","technique_name":"Swedish (classic, relaxation) massage","language":"en","starts_on":"2026-11-22","stops_on":"2027-01-30","time_zone":"Europe/Berlin","recheck_due":"2026-12-22","template":{"id":"chronic","name":"Long-lasting back pain","text":"Once a week, 45 to 60 minutes, for 6 to 10 weeks, together with exercise. We look together at session 4 and at 10 weeks.","taper":"After that only every two to four weeks, and only if it is shown again that it helps.","stop":"Stop when your goal is reached or it does not help.","basis":["d"],"confidence":"M","sources":["cherkin2011","cherkin2001"]},"dose":{"per_week":1,"weeks":10,"sessions":10,"max_sessions":10,"minutes":{"min":45,"max":60,"start":60},"pressure":{"start":3,"max":4},"firm":false,"gap_hours":48,"gap_hours_firm":72,"self_massage_after_firm_hours":24,"text":"At least 48 hours between sessions, 72 hours after firm work, never more than 3 a week. No self-massage on the same area in the 24 hours after firm work."},"sessions":[{"number":1,"from":"2026-11-22","to":"2026-11-25","review":false},{"number":2,"from":"2026-11-29","to":"2026-12-02","review":false},{"number":3,"from":"2026-12-06","to":"2026-12-09","review":false},{"number":4,"from":"2026-12-13","to":"2026-12-16","review":true},{"number":5,"from":"2026-12-20","to":"2026-12-23","review":false},{"number":6,"from":"2026-12-27","to":"2026-12-30","review":false},{"number":7,"from":"2027-01-03","to":"2027-01-06","review":false},{"number":8,"from":"2027-01-10","to":"2027-01-13","review":false},{"number":9,"from":"2027-01-17","to":"2027-01-20","review":false},{"number":10,"from":"2027-01-24","to":"2027-01-27","review":false}],"rescreen_every_session":false,"review_points":[{"kind":"session","session":4,"date":"2026-12-16","text":"After session 4, look together whether it helps."},{"kind":"recheck","date":"2026-12-22","text":"Some of your answers are getting old: answer those questions again."},{"kind":"end","date":"2027-01-30","text":"The plan ends. Go on only if it clearly helped."}],"stop_rules":[{"id":"stop_red_flag","action":"triage","text":"A warning sign appears: stop the massage and follow the safety advice.","sources":[]},{"id":"stop_worse","action":"pause","text":"Your pain is 2 or more points higher for more than 3 days, or after two sessions in a row: pause, and we check your answers again. With new leg symptoms, answer the safety questions at once.","sources":[]},{"id":"stop_not_better","action":"stop","text":"It does not help enough: see the time frame of the plan. Then we stop and look for something better.","sources":["furlan2015"]},{"id":"stop_goal_reached","action":"taper","text":"You reached your goal: well done. Space the sessions out or stop.","sources":[]},{"id":"stop_health_change","action":"reassess","text":"You have a new medicine, illness, operation or pregnancy: answer the health questions again before the next session.","sources":[]},{"id":"stop_clearance_expired","action":"clearance","text":"Your doctor's OK has run out: ask for a new one.","sources":[]},{"id":"stop_passive_only","action":"active_care","text":"You had more than 10 sessions without a check, or massage is all you do for your back: exercise should come first now.","sources":["kngf2021"]},{"id":"stop_acute_6_weeks","action":"clinician","text":"Your new back pain is not better after 6 weeks: see a clinician.","sources":[]},{"id":"stop_max_sessions","action":"clinician","text":"You have had as many sessions as this plan allows: let a clinician or physiotherapist look before you have more.","sources":[]}],"limits":{"verdict":"suitable","pressure_max":4,"minutes_max":60,"areas_to_avoid":[],"areas_limited":{"face":2,"neck_front":2,"neck_side":2,"abdomen":2,"groin":2,"knee_back":2,"chest":2,"axilla":2},"positions":["prone","supine","side_lying","seated"],"modifications":["no_pressure_on_spinous_processes","no_tapotement_over_kidneys","avoid_endangerment_sites","no_thrust"],"expert_only":false},"modifications":[{"id":"no_pressure_on_spinous_processes","text":"Press on the muscles beside the spine, never on its bony points."},{"id":"no_tapotement_over_kidneys","text":"No tapping or chopping over the kidneys."},{"id":"avoid_endangerment_sites","text":"No deep, pinpoint or hammering pressure on throat, armpits, groin, backs of the knees, kidneys, belly or bony spine."},{"id":"no_thrust","text":"No cracking, jerking or sudden pushes."}],"exercise":{"id":"care_exercise","text":"Any exercise you like and keep doing helps: walking, swimming, strength, yoga or a class. Start low and build up slowly.","sources":["nice_ng59","who2023","liddle2015"]},"self_care":{"id":"care_self_management","text":"Learn how back pain works, set yourself one small goal a week, and try slow breathing or relaxing. If worry or low mood weighs on you, ask for help; it helps the pain too.","sources":["nice_ng59","who2023"]},"preparation":[{"id":"prep_schedule","text":"Come about 10 minutes early and leave some quiet time. Do not plan hard work right after.","sources":[]},{"id":"prep_water_before","text":"Drink when you are thirsty, as usual, and empty your bladder first.","sources":["painscience_water"]},{"id":"prep_clothing","text":"Wear loose, comfortable clothes. For Thai, shiatsu or chair massage you stay dressed; otherwise undress only as far as you like.","sources":[]},{"id":"prep_tell_health","text":"Tell your therapist about illnesses, medicines, allergies, pregnancy and operations. Show them the summary from this service.","sources":["nccih","walton_book"]},{"id":"prep_doctor","text":"If this service asks you to, talk to a doctor or nurse before the massage and take the list of questions with you.","sources":["nccih"]},{"id":"prep_no_heavy_meal","text":"Leave 1 to 2 hours after a big meal. A light snack is fine; do not fast.","sources":[]},{"id":"prep_no_alcohol","text":"No alcohol or recreational drugs before a massage. If you feel their effect, choose another day.","sources":[]},{"id":"prep_meds","text":"Take your usual medicines at the usual time. Do not take extra painkillers to bear firm work. Bring your list, and an inhaler, heart spray or sugar if you use them.","sources":[]},{"id":"prep_hygiene_shave","text":"Shower before you come. Do not shave or wax the area in the 24 hours before.","sources":[]},{"id":"prep_goal","text":"Choose one thing you want to do again, such as a 20-minute walk, and note your pain from 0 to 10.","sources":["ostelo2008","nice_ng59"]}],"during":[{"id":"dur_breathe","text":"Breathe slowly and easily.","sources":[]},{"id":"dur_speak_up","text":"Say at once if something hurts or feels wrong.","sources":["cherkin2011"]},{"id":"dur_pressure_scale","text":"On a scale from 0 to 10, keep any \\"good hurt\\" at 5 or less. Stop if it turns sharp, electric, spreading or numb.","sources":[]},{"id":"dur_stop_now","text":"Stop and get emergency help for: chest pain, being short of breath, fainting, sudden severe headache or neck pain, new numbness or weakness, or losing control of pee or poo. If you are pregnant: for bleeding or regular tightenings, call your maternity unit now.","sources":["finucane2020","girft2023"]},{"id":"dur_position","text":"Ask for pillows or to lie on your side if that is more comfortable.","sources":[]},{"id":"dur_consent","text":"You may keep clothes on, say no to any area and stop at any time. Genitals and breasts are never part of a back massage.","sources":[]},{"id":"dur_temperature","text":"Say at once if anything feels too hot.","sources":[]}],"aftercare":[{"id":"aft_rest_exercise","text":"Take a gentle walk today and go back to normal activity tomorrow. If you are sore, skip hard training and heavy lifting for the rest of the day.","sources":["nice_ng59","lancet2018"]},{"id":"aft_water","text":"Have a drink if you are thirsty. You do not need extra water.","sources":["wiltshire2010","painscience_water"]},{"id":"aft_epsom_bath","text":"A comfortably warm, not hot, shower or bath is fine if you like it. Epsom salt adds nothing that has been proven.","sources":["acp2017","french2006","grober2017"]},{"id":"aft_alcohol","text":"Leave out alcohol for the next 4 to 12 hours.","sources":[]},{"id":"aft_caffeine","text":"Have your usual coffee or tea. Leave it out if you want to nap.","sources":["killer2014"]},{"id":"aft_stretch","text":"Stretch gently for 10 to 30 seconds, only as far as it is free of pain.","sources":["nice_ng59"]},{"id":"aft_soreness","text":"Some soreness for a day or so is normal. In a survey, 10% of people had minor discomfort, mostly up to 36 hours. Tell us or your clinician if it lasts more than 2 to 3 days, is worse than before, or spreads.","sources":["cambron2007"]},{"id":"aft_bruise","text":"Small bruises can happen with firm work. Marks after cupping or gua sha are expected. Take a photo so that you see whether they fade.","sources":["nccih"]},{"id":"aft_drive","text":"Sit for 2 to 5 minutes before you stand up. Do not drive while you feel drowsy.","sources":[]},{"id":"aft_heat_cold","text":"A warm pack for 15 to 20 minutes over a layer of cloth can ease pain. Do not lie or sleep on it.","sources":["acp2017","french2006"]},{"id":"aft_exercise_plan","text":"Keep walking and do your exercises.","sources":["nice_ng59","who2023"]},{"id":"aft_followup_check","text":"Check yourself after 24 to 48 hours: pain score, marks on the skin, anything new.","sources":[]},{"id":"aft_seek_help","text":"Get emergency help for: numbness between the legs, losing control of pee or poo, new weakness in a leg, chest pain, trouble breathing, or a sudden severe headache or neck pain. See a doctor today for: one swollen or sore calf, fever, dark urine, a big or growing bruise, or new numbness elsewhere. If you are pregnant: call your maternity unit now for bleeding, fluid, regular tightenings or less movement.","sources":["finucane2020","girft2023"]}],"therapist_needs":{"technique":"swedish","training":[],"pressure":4,"text":"Any trained and registered massage therapist can give it."},"safety_net":"Most back pain is not dangerous and eases with time. Things can change, so please remember this: call your emergency number if you get numbness between the legs, cannot control or feel your pee or poo, get weak in both legs, have chest pain or trouble breathing, or feel very ill with a fever. See a doctor if the pain keeps getting worse or is not better after 6 weeks.","sources":["cherkin2011","cherkin2001","ostelo2008","kamper2010","nice_ng59","who2023","furlan2015","kngf2021"],"preferences":{"measure":"nrs"}},"intake":{"age":38,"sex":"female","pain":{"intensity":4,"duration_weeks":20,"areas":["low_back"]},"presentations":["nslbp_chronic"],"none_of":["nerves_bladder_bowel","chest_head_sudden","tummy_kidneys","legs_circulation","fever_infection","injury_bones","cancer_pain_pattern","this_pain","safety_wellbeing","health_body","health_now","health_other","pain_story","pregnancy_and_birth","circulation_details","infection_details","skin_details","bone_joint_details","procedure_details","organ_details","nerve_details","device_details","medicine_details","allergy_details","context_details"],"medications":[],"preferences":{"pressure":3},"as_of":"2026-11-22"},"clearances":[]}	2026-11-22 18:00:50.602479+00	2026-11-23 18:00:50.602494+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans	fill-5-1795370450624	\\x67bc56933faaefa478b4b932c910dc98c09a2bfcd740c7e4c4f39ca1a88c31ab	c34a20a02a39148145ad3f125efcdbcb	201	{"ETag": "\\"1\\"", "Location": "/care-plans/c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg"}	{"id":"c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg","version":1,"status":"active","patient":"P-2 “quoted” 😀","therapist":null,"technique":"swedish","title":"Light massage only: Swedish (classic, relaxation) massage","goal":{"text":"Bring your average pain down from 4 to 2 or less, and do more of what matters to you.","own_words":false,"measure":"nrs","baseline":4,"target":2,"important_change":{"points":2,"percent":30,"rule":"either"},"by":"2026-12-19","sources":["ostelo2008","kamper2010"]},"starts_on":"2026-11-22","time_zone":"Europe/Berlin","review_needed":[],"recheck_due":"2026-12-22","clearance_ends":null,"session_count":0,"decision":{"id":"d_dbbdf896d9866f6a8eb915306f800253","knowledge_version":"1.0.0","knowledge_sha256":"733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30"},"created_at":"2026-11-22T18:00:50.627056Z","created_by":"clinic:key:RXhU0wLmnXCw","updated_at":"2026-11-22T18:00:50.627056Z","plan":{"technique":"swedish","technique_name":"Swedish (classic, relaxation) massage","language":"en","starts_on":"2026-11-22","stops_on":"2026-12-19","time_zone":"Europe/Berlin","recheck_due":"2026-12-22","template":{"id":"capped","name":"Light massage only","text":"Once a week, 20 to 30 minutes, light pressure, for 4 weeks. We look together at every visit. At most 6 sessions.","taper":"No taper needed.","stop":"Stop when your goal is reached.","basis":["d"],"confidence":"M","sources":[]},"dose":{"per_week":1,"weeks":4,"sessions":4,"max_sessions":6,"minutes":{"min":30,"max":30,"start":30},"pressure":{"start":2,"max":2},"firm":false,"gap_hours":48,"gap_hours_firm":72,"self_massage_after_firm_hours":24,"text":"At least 48 hours between sessions, 72 hours after firm work, never more than 3 a week. No self-massage on the same area in the 24 hours after firm work."},"sessions":[{"number":1,"from":"2026-11-22","to":"2026-11-25","review":true},{"number":2,"from":"2026-11-29","to":"2026-12-02","review":true},{"number":3,"from":"2026-12-06","to":"2026-12-09","review":true},{"number":4,"from":"2026-12-13","to":"2026-12-16","review":true}],"rescreen_every_session":true,"review_points":[{"kind":"every_session","date":"2026-11-22","text":"Answer the safety questions again before every session."},{"kind":"session","session":1,"date":"2026-11-25","text":"After session 1, look together whether it helps."},{"kind":"end","date":"2026-12-19","text":"The plan ends. Go on only if it clearly helped."}],"stop_rules":[{"id":"stop_red_flag","action":"triage","text":"A warning sign appears: stop the massage and follow the safety advice.","sources":[]},{"id":"stop_worse","action":"pause","text":"Your pain is 2 or more points higher for more than 3 days, or after two sessions in a row: pause, and we check your answers again. With new leg symptoms, answer the safety questions at once.","sources":[]},{"id":"stop_not_better","action":"stop","text":"It does not help enough: see the time frame of the plan. Then we stop and look for something better.","sources":["furlan2015"]},{"id":"stop_goal_reached","action":"taper","text":"You reached your goal: well done. Space the sessions out or stop.","sources":[]},{"id":"stop_health_change","action":"reassess","text":"You have a new medicine, illness, operation or pregnancy: answer the health questions again before the next session.","sources":[]},{"id":"stop_clearance_expired","action":"clearance","text":"Your doctor's OK has run out: ask for a new one.","sources":[]},{"id":"stop_passive_only","action":"active_care","text":"You had more than 10 sessions without a check, or massage is all you do for your back: exercise should come first now.","sources":["kngf2021"]},{"id":"stop_acute_6_weeks","action":"clinician","text":"Your new back pain is not better after 6 weeks: see a clinician.","sources":[]},{"id":"stop_max_sessions","action":"clinician","text":"You have had as many sessions as this plan allows: let a clinician or physiotherapist look before you have more.","sources":[]}],"limits":{"verdict":"caution","pressure_max":2,"minutes_max":45,"areas_to_avoid":[],"areas_limited":{},"positions":["prone","supine","side_lying","seated"],"modifications":["no_pressure_on_spinous_processes","no_tapotement_over_kidneys","avoid_endangerment_sites","bruise_check_next_day","stop_if_bruising","ask_why_anticoagulant","no_thrust"],"expert_only":false},"modifications":[{"id":"no_pressure_on_spinous_processes","text":"Press on the muscles beside the spine, never on its bony points."},{"id":"no_tapotement_over_kidneys","text":"No tapping or chopping over the kidneys."},{"id":"avoid_endangerment_sites","text":"No deep, pinpoint or hammering pressure on throat, armpits, groin, backs of the knees, kidneys, belly or bony spine."},{"id":"bruise_check_next_day","text":"Look for bruises the next day and tell your therapist about any."},{"id":"stop_if_bruising","text":"Stop if new bruises appear, and tell your doctor about large or painful ones."},{"id":"ask_why_anticoagulant","text":"Tell the therapist why you take the blood thinner, above all if it is for a clot."},{"id":"no_thrust","text":"No cracking, jerking or sudden pushes."}],"exercise":{"id":"care_exercise","text":"Any exercise you like and keep doing helps: walking, swimming, strength, yoga or a class. Start low and build up slowly.","sources":["nice_ng59","who2023","liddle2015"]},"self_care":{"id":"care_sleep_pacing","text":"Go to bed at regular times and try a pillow between or under your knees. Split big jobs into small parts with breaks, also on good days.","sources":[]},"preparation":[{"id":"prep_schedule","text":"Come about 10 minutes early and leave some quiet time. Do not plan hard work right after.","sources":[]},{"id":"prep_water_before","text":"Drink when you are thirsty, as usual, and empty your bladder first.","sources":["painscience_water"]},{"id":"prep_clothing","text":"Wear loose, comfortable clothes. For Thai, shiatsu or chair massage you stay dressed; otherwise undress only as far as you like.","sources":[]},{"id":"prep_tell_health","text":"Tell your therapist about illnesses, medicines, allergies, pregnancy and operations. Show them the summary from this service.","sources":["nccih","walton_book"]},{"id":"prep_doctor","text":"If this service asks you to, talk to a doctor or nurse before the massage and take the list of questions with you.","sources":["nccih"]},{"id":"prep_no_heavy_meal","text":"Leave 1 to 2 hours after a big meal. A light snack is fine; do not fast.","sources":[]},{"id":"prep_no_alcohol","text":"No alcohol or recreational drugs before a massage. If you feel their effect, choose another day.","sources":[]},{"id":"prep_meds","text":"If you take a blood thinner, never stop it for a massage. Ask for light pressure.","sources":[]},{"id":"prep_hygiene_shave","text":"Shower before you come. Do not shave or wax the area in the 24 hours before.","sources":[]},{"id":"prep_goal","text":"Choose one thing you want to do again, such as a 20-minute walk, and note your pain from 0 to 10.","sources":["ostelo2008","nice_ng59"]}],"during":[{"id":"dur_breathe","text":"Breathe slowly and easily.","sources":[]},{"id":"dur_speak_up","text":"Say at once if something hurts or feels wrong.","sources":["cherkin2011"]},{"id":"dur_pressure_scale","text":"On a scale from 0 to 10, keep any \\"good hurt\\" at 5 or less. Stop if it turns sharp, electric, spreading or numb.","sources":[]},{"id":"dur_stop_now","text":"Stop and get emergency help for: chest pain, being short of breath, fainting, sudden severe headache or neck pain, new numbness or weakness, or losing control of pee or poo. If you are pregnant: for bleeding or regular tightenings, call your maternity unit now.","sources":["finucane2020","girft2023"]},{"id":"dur_position","text":"Ask for pillows or to lie on your side if that is more comfortable.","sources":[]},{"id":"dur_consent","text":"You may keep clothes on, say no to any area and stop at any time. Genitals and breasts are never part of a back massage.","sources":[]},{"id":"dur_temperature","text":"Say at once if anything feels too hot.","sources":[]}],"aftercare":[{"id":"aft_rest_exercise","text":"Take a gentle walk today and go back to normal activity tomorrow. If you are sore, skip hard training and heavy lifting for the rest of the day.","sources":["nice_ng59","lancet2018"]},{"id":"aft_water","text":"Have a drink if you are thirsty. You do not need extra water.","sources":["wiltshire2010","painscience_water"]},{"id":"aft_epsom_bath","text":"A comfortably warm, not hot, shower or bath is fine if you like it. Epsom salt adds nothing that has been proven.","sources":["acp2017","french2006","grober2017"]},{"id":"aft_alcohol","text":"Leave out alcohol for the next 4 to 12 hours.","sources":[]},{"id":"aft_caffeine","text":"Have your usual coffee or tea. Leave it out if you want to nap.","sources":["killer2014"]},{"id":"aft_stretch","text":"Stretch gently for 10 to 30 seconds, only as far as it is free of pain.","sources":["nice_ng59"]},{"id":"aft_soreness","text":"Some soreness for a day or so is normal. In a survey, 10% of people had minor discomfort, mostly up to 36 hours. Tell us or your clinician if it lasts more than 2 to 3 days, is worse than before, or spreads.","sources":["cambron2007"]},{"id":"aft_bruise","text":"With your bleeding risk, see a doctor the same day for any bruise that is large, painful or growing.","sources":["nccih"]},{"id":"aft_drive","text":"Sit for 2 to 5 minutes before you stand up. Do not drive while you feel drowsy.","sources":[]},{"id":"aft_heat_cold","text":"A warm pack for 15 to 20 minutes over a layer of cloth can ease pain. Do not lie or sleep on it.","sources":["acp2017","french2006"]},{"id":"aft_exercise_plan","text":"Keep walking and do your exercises.","sources":["nice_ng59","who2023"]},{"id":"aft_followup_check","text":"Check yourself after 24 to 48 hours: pain score, marks on the skin, anything new.","sources":[]},{"id":"aft_seek_help","text":"Get emergency help for: numbness between the legs, losing control of pee or poo, new weakness in a leg, chest pain, trouble breathing, or a sudden severe headache or neck pain. See a doctor today for: one swollen or sore calf, fever, dark urine, a big or growing bruise, or new numbness elsewhere. If you are pregnant: call your maternity unit now for bleeding, fluid, regular tightenings or less movement.","sources":["finucane2020","girft2023"]}],"therapist_needs":{"technique":"swedish","training":[],"pressure":2,"text":"Any trained and registered massage therapist can give it."},"safety_net":"Most back pain is not dangerous and eases with time. Things can change, so please remember this: call your emergency number if you get numbness between the legs, cannot control or feel your pee or poo, get weak in both legs, have chest pain or trouble breathing, or feel very ill with a fever. See a doctor if the pain keeps getting worse or is not better after 6 weeks.","sources":["ostelo2008","kamper2010","nice_ng59","who2023","furlan2015","kngf2021","cherkin2011","cherkin2001"],"preferences":{"measure":"nrs"}},"intake":{"age":67,"sex":"male","pain":{"intensity":4,"duration_weeks":30,"areas":["low_back"]},"none_of":["nerves_bladder_bowel","chest_head_sudden","tummy_kidneys","legs_circulation","fever_infection","injury_bones","cancer_pain_pattern","this_pain","safety_wellbeing","health_body","health_now","pain_story","pregnancy_and_birth","circulation_details","infection_details","skin_details","bone_joint_details","procedure_details","organ_details","nerve_details","device_details","allergy_details","context_details"],"findings":[{"id":"gate_medicine","state":"present"},{"id":"anticoagulant","state":"present","weeks_ago":104,"detail":"stable"},{"id":"gate_allergy","state":"absent"},{"id":"gate_context","state":"absent"},{"id":"rf_anticoag_sudden","state":"absent"},{"id":"antiplatelet","state":"absent"},{"id":"hormone_therapy_bone_loss","state":"absent"},{"id":"corticosteroid_oral","state":"absent"},{"id":"inhaled_topical_steroid","state":"absent"},{"id":"retinoid_oral","state":"absent"},{"id":"retinoid_topical","state":"absent"},{"id":"opioid_sedative","state":"absent"},{"id":"analgesic_premed","state":"absent"},{"id":"nsaid","state":"absent"},{"id":"fluoroquinolone","state":"absent"},{"id":"antihypertensive","state":"absent"},{"id":"ssri_snri","state":"absent"},{"id":"immunosuppressant","state":"absent"},{"id":"hormone_estrogen","state":"absent"},{"id":"osteoporosis_drug","state":"absent"},{"id":"statin_muscle_pain","state":"absent"}],"medications":[{"text":"warfarin"}],"as_of":"2026-11-22"},"clearances":[]}	2026-11-22 18:00:50.625557+00	2026-11-23 18:00:50.625568+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans	fill-6-1795370450640	\\x72a6364ed6b94b90e44210f77fcb79203063e4b07dbc04ce767eff1186989e56	e75162640a401cb9f9832f7632758756	201	{"ETag": "\\"1\\"", "Location": "/care-plans/e75162640a401cb9f9832f7632758756.v4k6ed2nfvty32frtsm2o3b5cj"}	{"id":"e75162640a401cb9f9832f7632758756.v4k6ed2nfvty32frtsm2o3b5cj","version":1,"status":"active","patient":"P-3","therapist":null,"technique":"swedish","title":"New back pain: Swedish (classic, relaxation) massage","goal":{"text":"Bring your average pain down from 3 to 1 or less, and do more of what matters to you.","own_words":false,"measure":"nrs","baseline":3,"target":1,"important_change":{"points":2,"percent":30,"rule":"either"},"by":"2026-12-05","sources":["ostelo2008","kamper2010"]},"starts_on":"2026-11-22","time_zone":"Europe/Berlin","review_needed":[],"recheck_due":"2026-12-22","clearance_ends":null,"session_count":0,"decision":{"id":"d_4ee9a37c30706d252d567c1b227fe613","knowledge_version":"1.0.0","knowledge_sha256":"733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30"},"created_at":"2026-11-22T18:00:50.642741Z","created_by":"clinic:key:RXhU0wLmnXCw","updated_at":"2026-11-22T18:00:50.642741Z","plan":{"technique":"swedish","technique_name":"Swedish (classic, relaxation) massage","language":"en","starts_on":"2026-11-22","stops_on":"2026-12-05","time_zone":"Europe/Berlin","recheck_due":"2026-12-22","template":{"id":"acute","name":"New back pain","text":"Once or twice a week, 20 to 40 minutes, for 2 weeks. We look together after 2 sessions or 2 weeks. At most 4 sessions in 6 weeks, then a clinician or physiotherapist should look.","taper":"No taper needed.","stop":"Stop when your pain is 2 or less.","basis":["d"],"confidence":"M","sources":["acp2017","furlan2015"]},"dose":{"per_week":1,"weeks":2,"sessions":2,"max_sessions":4,"max_sessions_within_weeks":6,"minutes":{"min":30,"max":30,"start":30},"pressure":{"start":3,"max":3},"firm":false,"gap_hours":48,"gap_hours_firm":72,"self_massage_after_firm_hours":24,"text":"At least 48 hours between sessions, 72 hours after firm work, never more than 3 a week. No self-massage on the same area in the 24 hours after firm work."},"sessions":[{"number":1,"from":"2026-11-22","to":"2026-11-25","review":false},{"number":2,"from":"2026-11-29","to":"2026-12-02","review":true}],"rescreen_every_session":false,"review_points":[{"kind":"session","session":2,"date":"2026-12-02","text":"After session 2, look together whether it helps."},{"kind":"end","date":"2026-12-05","text":"The plan ends. Go on only if it clearly helped."}],"stop_rules":[{"id":"stop_red_flag","action":"triage","text":"A warning sign appears: stop the massage and follow the safety advice.","sources":[]},{"id":"stop_worse","action":"pause","text":"Your pain is 2 or more points higher for more than 3 days, or after two sessions in a row: pause, and we check your answers again. With new leg symptoms, answer the safety questions at once.","sources":[]},{"id":"stop_not_better","action":"stop","text":"It does not help enough: see the time frame of the plan. Then we stop and look for something better.","sources":["furlan2015"]},{"id":"stop_goal_reached","action":"taper","text":"You reached your goal: well done. Space the sessions out or stop.","sources":[]},{"id":"stop_health_change","action":"reassess","text":"You have a new medicine, illness, operation or pregnancy: answer the health questions again before the next session.","sources":[]},{"id":"stop_clearance_expired","action":"clearance","text":"Your doctor's OK has run out: ask for a new one.","sources":[]},{"id":"stop_passive_only","action":"active_care","text":"You had more than 10 sessions without a check, or massage is all you do for your back: exercise should come first now.","sources":["kngf2021"]},{"id":"stop_acute_6_weeks","action":"clinician","text":"Your new back pain is not better after 6 weeks: see a clinician.","sources":[]},{"id":"stop_max_sessions","action":"clinician","text":"You have had as many sessions as this plan allows: let a clinician or physiotherapist look before you have more.","sources":[]}],"limits":{"verdict":"suitable","pressure_max":3,"minutes_max":30,"areas_to_avoid":[],"areas_limited":{"face":2,"neck_front":2,"neck_side":2,"abdomen":2,"groin":2,"knee_back":2,"chest":2,"axilla":2},"positions":["prone","supine","side_lying","seated"],"modifications":["no_pressure_on_spinous_processes","no_tapotement_over_kidneys","avoid_endangerment_sites","no_thrust"],"expert_only":false},"modifications":[{"id":"no_pressure_on_spinous_processes","text":"Press on the muscles beside the spine, never on its bony points."},{"id":"no_tapotement_over_kidneys","text":"No tapping or chopping over the kidneys."},{"id":"avoid_endangerment_sites","text":"No deep, pinpoint or hammering pressure on throat, armpits, groin, backs of the knees, kidneys, belly or bony spine."},{"id":"no_thrust","text":"No cracking, jerking or sudden pushes."}],"exercise":{"id":"care_exercise","text":"Any exercise you like and keep doing helps: walking, swimming, strength, yoga or a class. Start low and build up slowly.","sources":["nice_ng59","who2023","liddle2015"]},"self_care":{"id":"care_stay_active","text":"Keep up your normal life as far as you can, and walk a little several times a day. Some pain when you move does not mean harm.","sources":["nice_ng59","lancet2018","acp2017"]},"preparation":[{"id":"prep_schedule","text":"Come about 10 minutes early and leave some quiet time. Do not plan hard work right after.","sources":[]},{"id":"prep_water_before","text":"Drink when you are thirsty, as usual, and empty your bladder first.","sources":["painscience_water"]},{"id":"prep_clothing","text":"Wear loose, comfortable clothes. For Thai, shiatsu or chair massage you stay dressed; otherwise undress only as far as you like.","sources":[]},{"id":"prep_tell_health","text":"Tell your therapist about illnesses, medicines, allergies, pregnancy and operations. Show them the summary from this service.","sources":["nccih","walton_book"]},{"id":"prep_doctor","text":"If this service asks you to, talk to a doctor or nurse before the massage and take the list of questions with you.","sources":["nccih"]},{"id":"prep_no_heavy_meal","text":"Leave 1 to 2 hours after a big meal. A light snack is fine; do not fast.","sources":[]},{"id":"prep_no_alcohol","text":"No alcohol or recreational drugs before a massage. If you feel their effect, choose another day.","sources":[]},{"id":"prep_meds","text":"Take your usual medicines at the usual time. Do not take extra painkillers to bear firm work. Bring your list, and an inhaler, heart spray or sugar if you use them.","sources":[]},{"id":"prep_hygiene_shave","text":"Shower before you come. Do not shave or wax the area in the 24 hours before.","sources":[]},{"id":"prep_goal","text":"Choose one thing you want to do again, such as a 20-minute walk, and note your pain from 0 to 10.","sources":["ostelo2008","nice_ng59"]}],"during":[{"id":"dur_breathe","text":"Breathe slowly and easily.","sources":[]},{"id":"dur_speak_up","text":"Say at once if something hurts or feels wrong.","sources":["cherkin2011"]},{"id":"dur_pressure_scale","text":"On a scale from 0 to 10, keep any \\"good hurt\\" at 5 or less. Stop if it turns sharp, electric, spreading or numb.","sources":[]},{"id":"dur_stop_now","text":"Stop and get emergency help for: chest pain, being short of breath, fainting, sudden severe headache or neck pain, new numbness or weakness, or losing control of pee or poo. If you are pregnant: for bleeding or regular tightenings, call your maternity unit now.","sources":["finucane2020","girft2023"]},{"id":"dur_position","text":"Ask for pillows or to lie on your side if that is more comfortable.","sources":[]},{"id":"dur_consent","text":"You may keep clothes on, say no to any area and stop at any time. Genitals and breasts are never part of a back massage.","sources":[]},{"id":"dur_temperature","text":"Say at once if anything feels too hot.","sources":[]}],"aftercare":[{"id":"aft_rest_exercise","text":"Take a gentle walk today and go back to normal activity tomorrow. If you are sore, skip hard training and heavy lifting for the rest of the day.","sources":["nice_ng59","lancet2018"]},{"id":"aft_water","text":"Have a drink if you are thirsty. You do not need extra water.","sources":["wiltshire2010","painscience_water"]},{"id":"aft_epsom_bath","text":"A comfortably warm, not hot, shower or bath is fine if you like it. Epsom salt adds nothing that has been proven.","sources":["acp2017","french2006","grober2017"]},{"id":"aft_alcohol","text":"Leave out alcohol for the next 4 to 12 hours.","sources":[]},{"id":"aft_caffeine","text":"Have your usual coffee or tea. Leave it out if you want to nap.","sources":["killer2014"]},{"id":"aft_stretch","text":"Stretch gently for 10 to 30 seconds, only as far as it is free of pain.","sources":["nice_ng59"]},{"id":"aft_soreness","text":"Some soreness for a day or so is normal. In a survey, 10% of people had minor discomfort, mostly up to 36 hours. Tell us or your clinician if it lasts more than 2 to 3 days, is worse than before, or spreads.","sources":["cambron2007"]},{"id":"aft_bruise","text":"Small bruises can happen with firm work. Marks after cupping or gua sha are expected. Take a photo so that you see whether they fade.","sources":["nccih"]},{"id":"aft_drive","text":"Sit for 2 to 5 minutes before you stand up. Do not drive while you feel drowsy.","sources":[]},{"id":"aft_heat_cold","text":"A warm pack for 15 to 20 minutes over a layer of cloth can ease pain. Do not lie or sleep on it.","sources":["acp2017","french2006"]},{"id":"aft_exercise_plan","text":"Keep walking and do your exercises.","sources":["nice_ng59","who2023"]},{"id":"aft_followup_check","text":"Check yourself after 24 to 48 hours: pain score, marks on the skin, anything new.","sources":[]},{"id":"aft_seek_help","text":"Get emergency help for: numbness between the legs, losing control of pee or poo, new weakness in a leg, chest pain, trouble breathing, or a sudden severe headache or neck pain. See a doctor today for: one swollen or sore calf, fever, dark urine, a big or growing bruise, or new numbness elsewhere. If you are pregnant: call your maternity unit now for bleeding, fluid, regular tightenings or less movement.","sources":["finucane2020","girft2023"]}],"therapist_needs":{"technique":"swedish","training":[{"id":"sports","text":"Sports massage training (level 4 or 5 in the UK)","sources":[]}],"pressure":3,"text":"Any trained and registered massage therapist can give it."},"safety_net":"Most back pain is not dangerous and eases with time. Things can change, so please remember this: call your emergency number if you get numbness between the legs, cannot control or feel your pee or poo, get weak in both legs, have chest pain or trouble breathing, or feel very ill with a fever. See a doctor if the pain keeps getting worse or is not better after 6 weeks.","sources":["acp2017","furlan2015","ostelo2008","kamper2010","nice_ng59","who2023","kngf2021","cherkin2011","cherkin2001"],"preferences":{"measure":"nrs"}},"intake":{"age":26,"sex":"male","pain":{"intensity":3,"duration_weeks":0.40000000000000002,"areas":["low_back","gluteal","thigh"]},"presentations":["doms"],"none_of":["nerves_bladder_bowel","chest_head_sudden","tummy_kidneys","legs_circulation","fever_infection","injury_bones","cancer_pain_pattern","this_pain","safety_wellbeing","health_body","health_now","health_other","pain_story","pregnancy_and_birth","circulation_details","infection_details","skin_details","bone_joint_details","procedure_details","organ_details","nerve_details","device_details","medicine_details","allergy_details","context_details"],"medications":[],"preferences":{"pressure":4,"techniques":["sports","deep_tissue"],"avoid_techniques":["thai"],"clothed":false},"as_of":"2026-11-22"},"clearances":[]}	2026-11-22 18:00:50.641327+00	2026-11-23 18:00:50.641339+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/sessions	fill-7-1795370450668	\\x8843cb85c569ecae0178f5246b4b609a7459f96fa5759b90e50113b8c41cd085	1cc6e882417f616be5d69039892742ec	201	{"ETag": "\\"1\\"", "Location": "/care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/sessions/s-i2m44mwmnpdyl3cn3dgwnlwkd7"}	{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","session_id":"s-i2m44mwmnpdyl3cn3dgwnlwkd7","version":1,"number":1,"status":"done","planned_on":"2026-11-10","technique":"swedish","pressure_used":2,"minutes":40,"pain_before":6,"pain_after":4,"adverse_events":[],"created_at":"2026-11-22T18:00:50.669835Z","updated_at":"2026-11-22T18:00:50.669835Z","plan":{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","version":2,"status":"active"}}	2026-11-22 18:00:50.669562+00	2026-11-23 18:00:50.66957+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/sessions	fill-8-1795370450787	\\x24d045f10d4e43ae2151e2db0033695680e7d1ef2894d3eb812c343c2a509e99	1cc6e882417f616be5d69039892742ec	201	{"ETag": "\\"1\\"", "Location": "/care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/sessions/s-tkya2q4dethtgh3pd3gpl2ndni"}	{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","session_id":"s-tkya2q4dethtgh3pd3gpl2ndni","version":1,"number":2,"status":"done","planned_on":"2026-11-13","technique":"swedish","pressure_used":2,"minutes":40,"pain_before":5,"pain_after":3,"adverse_events":[],"created_at":"2026-11-22T18:00:50.798613Z","updated_at":"2026-11-22T18:00:50.798613Z","plan":{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","version":3,"status":"active"}}	2026-11-22 18:00:50.798329+00	2026-11-23 18:00:50.798338+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/sessions	fill-9-1795370450841	\\x2f961090d7b3196a4ac9daa933cb516d6b826189c7e63113c1ae73dbc0ed90e3	1cc6e882417f616be5d69039892742ec	201	{"ETag": "\\"1\\"", "Location": "/care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/sessions/s-v7zkgqexekudgx4o57e4e34fqd"}	{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","session_id":"s-v7zkgqexekudgx4o57e4e34fqd","version":1,"number":3,"status":"done","planned_on":"2026-11-17","technique":"swedish","pressure_used":2,"minutes":40,"pain_before":4,"pain_after":2,"adverse_events":[],"created_at":"2026-11-22T18:00:50.842392Z","updated_at":"2026-11-22T18:00:50.842392Z","plan":{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","version":4,"status":"active"}}	2026-11-22 18:00:50.842213+00	2026-11-23 18:00:50.842222+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans/c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg/sessions	fill-10-1795370450862	\\x2b533766d20faaa790547c2ae763040eed43257795ccb100a6df6fab86ec0661	c34a20a02a39148145ad3f125efcdbcb	201	{"ETag": "\\"1\\"", "Location": "/care-plans/c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg/sessions/s-px53r6ql4hejanrosdonta6qm7"}	{"plan_id":"c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg","session_id":"s-px53r6ql4hejanrosdonta6qm7","version":1,"number":1,"status":"done","planned_on":"2026-11-12","technique":"swedish","pressure_used":2,"minutes":40,"notes":"a\\tnote\\nof two lines\\\\","adverse_events":[{"id":"ae_soreness"}],"triage":"self_care","created_at":"2026-11-22T18:00:50.865073Z","updated_at":"2026-11-22T18:00:50.865073Z","follow_up":{"triage":"self_care","grade":"mild","pause":false,"recheck":false,"report":false,"next_session":{"pressure_delta":0,"minutes_percent":100,"areas_to_avoid":[],"modifications":[],"therapist_training":[]},"set":[],"ask_findings":[],"events":[{"id":"ae_soreness","name":"Muscle soreness","triage":"self_care","grade":"mild","action":"Soreness for up to two days is common and passes. Ask for lighter pressure next time if it bothered you. If it lasts more than three days, have it looked at.","basis":["d"],"sources":["cambron2007"],"ask":[{"detail":"duration_hours","question":"For how many hours did it last, or has it lasted so far?"}]}]},"plan":{"plan_id":"c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg","version":2,"status":"active"}}	2026-11-22 18:00:50.864947+00	2026-11-23 18:00:50.864956+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/measurements	fill-11-1795370450883	\\x075ad9607f0f45ffb745c7c6c231a68517d5002906134bd50c132655e3d253b4	1cc6e882417f616be5d69039892742ec	201	{}	{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","measurement_id":"m-zqd23bovcpx5af3zaqeoa5ss3k","instrument":"nrs","score":6,"taken_at":"2026-11-22T18:00:50.888981Z","created_at":"2026-11-22T18:00:50.888981Z","advice":"continue","rule":"time_frame","plan":{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","version":5,"status":"active"}}	2026-11-22 18:00:50.889005+00	2026-11-23 18:00:50.889007+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/measurements	fill-12-1795370450924	\\xb34d18061535e39ae41260d00b2d9eb435ca67b74806134539b39973f8d75dcb	1cc6e882417f616be5d69039892742ec	201	{}	{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","measurement_id":"m-6eho4zpsuoydigjdp3br5v5j6m","instrument":"nrs","score":3,"taken_at":"2026-11-22T18:00:50.933445Z","created_at":"2026-11-22T18:00:50.933445Z","advice":"continue","rule":"time_frame","plan":{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","version":6,"status":"active"}}	2026-11-22 18:00:50.933468+00	2026-11-23 18:00:50.93347+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	PATCH /care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv	fill-15-1795370450990	\\x2a7b167fce39624bfa0d9ce63aa13b77c099936bafb4647dd6f6ba3ad713a0f5	1cc6e882417f616be5d69039892742ec	200	{"ETag": "\\"8\\""}	{"id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","version":8,"status":"active","patient":"P-1","therapist":"u4ccq5w3jex74lpxsncs53uxoi","technique":"swedish","title":"Miriam's plan; DROP TABLE x --","goal":{"by": "2027-01-30", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}},"starts_on":"2026-11-22","time_zone":"Europe/Berlin","review_needed":[],"recheck_due":"2026-12-22","clearance_ends":null,"session_count":3,"decision":{"id":"d_aedb8d042fca1f8fb129de64289a81a8","knowledge_version":"1.0.0","knowledge_sha256":"733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30"},"created_at":"2026-11-22T18:00:50.603973Z","created_by":"clinic:key:RXhU0wLmnXCw","updated_at":"2026-11-22T18:00:50.991451Z","plan":{"dose": {"firm": false, "text": "At least 48 hours between sessions, 72 hours after firm work, never more than 3 a week. No self-massage on the same area in the 24 hours after firm work.", "weeks": 10, "minutes": {"max": 60, "min": 45, "start": 60}, "per_week": 1, "pressure": {"max": 4, "start": 3}, "sessions": 10, "gap_hours": 48, "max_sessions": 10, "gap_hours_firm": 72, "self_massage_after_firm_hours": 24}, "during": [{"id": "dur_breathe", "text": "Breathe slowly and easily.", "sources": []}, {"id": "dur_speak_up", "text": "Say at once if something hurts or feels wrong.", "sources": ["cherkin2011"]}, {"id": "dur_pressure_scale", "text": "On a scale from 0 to 10, keep any \\"good hurt\\" at 5 or less. Stop if it turns sharp, electric, spreading or numb.", "sources": []}, {"id": "dur_stop_now", "text": "Stop and get emergency help for: chest pain, being short of breath, fainting, sudden severe headache or neck pain, new numbness or weakness, or losing control of pee or poo. If you are pregnant: for bleeding or regular tightenings, call your maternity unit now.", "sources": ["finucane2020", "girft2023"]}, {"id": "dur_position", "text": "Ask for pillows or to lie on your side if that is more comfortable.", "sources": []}, {"id": "dur_consent", "text": "You may keep clothes on, say no to any area and stop at any time. Genitals and breasts are never part of a back massage.", "sources": []}, {"id": "dur_temperature", "text": "Say at once if anything feels too hot.", "sources": []}], "limits": {"verdict": "suitable", "positions": ["prone", "supine", "side_lying", "seated"], "expert_only": false, "minutes_max": 60, "pressure_max": 4, "areas_limited": {"face": 2, "chest": 2, "groin": 2, "axilla": 2, "abdomen": 2, "knee_back": 2, "neck_side": 2, "neck_front": 2}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "no_thrust"], "areas_to_avoid": []}, "sources": ["cherkin2011", "cherkin2001", "ostelo2008", "kamper2010", "nice_ng59", "who2023", "furlan2015", "kngf2021"], "exercise": {"id": "care_exercise", "text": "Any exercise you like and keep doing helps: walking, swimming, strength, yoga or a class. Start low and build up slowly.", "sources": ["nice_ng59", "who2023", "liddle2015"]}, "language": "en", "sessions": [{"to": "2026-11-25", "from": "2026-11-22", "number": 1, "review": false}, {"to": "2026-12-02", "from": "2026-11-29", "number": 2, "review": false}, {"to": "2026-12-09", "from": "2026-12-06", "number": 3, "review": false}, {"to": "2026-12-16", "from": "2026-12-13", "number": 4, "review": true}, {"to": "2026-12-23", "from": "2026-12-20", "number": 5, "review": false}, {"to": "2026-12-30", "from": "2026-12-27", "number": 6, "review": false}, {"to": "2027-01-06", "from": "2027-01-03", "number": 7, "review": false}, {"to": "2027-01-13", "from": "2027-01-10", "number": 8, "review": false}, {"to": "2027-01-20", "from": "2027-01-17", "number": 9, "review": false}, {"to": "2027-01-27", "from": "2027-01-24", "number": 10, "review": false}], "stops_on": "2027-01-30", "template": {"id": "chronic", "name": "Long-lasting back pain", "stop": "Stop when your goal is reached or it does not help.", "text": "Once a week, 45 to 60 minutes, for 6 to 10 weeks, together with exercise. We look together at session 4 and at 10 weeks.", "basis": ["d"], "taper": "After that only every two to four weeks, and only if it is shown again that it helps.", "sources": ["cherkin2011", "cherkin2001"], "confidence": "M"}, "aftercare": [{"id": "aft_rest_exercise", "text": "Take a gentle walk today and go back to normal activity tomorrow. If you are sore, skip hard training and heavy lifting for the rest of the day.", "sources": ["nice_ng59", "lancet2018"]}, {"id": "aft_water", "text": "Have a drink if you are thirsty. You do not need extra water.", "sources": ["wiltshire2010", "painscience_water"]}, {"id": "aft_epsom_bath", "text": "A comfortably warm, not hot, shower or bath is fine if you like it. Epsom salt adds nothing that has been proven.", "sources": ["acp2017", "french2006", "grober2017"]}, {"id": "aft_alcohol", "text": "Leave out alcohol for the next 4 to 12 hours.", "sources": []}, {"id": "aft_caffeine", "text": "Have your usual coffee or tea. Leave it out if you want to nap.", "sources": ["killer2014"]}, {"id": "aft_stretch", "text": "Stretch gently for 10 to 30 seconds, only as far as it is free of pain.", "sources": ["nice_ng59"]}, {"id": "aft_soreness", "text": "Some soreness for a day or so is normal. In a survey, 10% of people had minor discomfort, mostly up to 36 hours. Tell us or your clinician if it lasts more than 2 to 3 days, is worse than before, or spreads.", "sources": ["cambron2007"]}, {"id": "aft_bruise", "text": "Small bruises can happen with firm work. Marks after cupping or gua sha are expected. Take a photo so that you see whether they fade.", "sources": ["nccih"]}, {"id": "aft_drive", "text": "Sit for 2 to 5 minutes before you stand up. Do not drive while you feel drowsy.", "sources": []}, {"id": "aft_heat_cold", "text": "A warm pack for 15 to 20 minutes over a layer of cloth can ease pain. Do not lie or sleep on it.", "sources": ["acp2017", "french2006"]}, {"id": "aft_exercise_plan", "text": "Keep walking and do your exercises.", "sources": ["nice_ng59", "who2023"]}, {"id": "aft_followup_check", "text": "Check yourself after 24 to 48 hours: pain score, marks on the skin, anything new.", "sources": []}, {"id": "aft_seek_help", "text": "Get emergency help for: numbness between the legs, losing control of pee or poo, new weakness in a leg, chest pain, trouble breathing, or a sudden severe headache or neck pain. See a doctor today for: one swollen or sore calf, fever, dark urine, a big or growing bruise, or new numbness elsewhere. If you are pregnant: call your maternity unit now for bleeding, fluid, regular tightenings or less movement.", "sources": ["finucane2020", "girft2023"]}], "self_care": {"id": "care_self_management", "text": "Learn how back pain works, set yourself one small goal a week, and try slow breathing or relaxing. If worry or low mood weighs on you, ask for help; it helps the pain too.", "sources": ["nice_ng59", "who2023"]}, "starts_on": "2026-11-22", "technique": "swedish", "time_zone": "Europe/Berlin", "safety_net": "Most back pain is not dangerous and eases with time. Things can change, so please remember this: call your emergency number if you get numbness between the legs, cannot control or feel your pee or poo, get weak in both legs, have chest pain or trouble breathing, or feel very ill with a fever. See a doctor if the pain keeps getting worse or is not better after 6 weeks.", "stop_rules": [{"id": "stop_red_flag", "text": "A warning sign appears: stop the massage and follow the safety advice.", "action": "triage", "sources": []}, {"id": "stop_worse", "text": "Your pain is 2 or more points higher for more than 3 days, or after two sessions in a row: pause, and we check your answers again. With new leg symptoms, answer the safety questions at once.", "action": "pause", "sources": []}, {"id": "stop_not_better", "text": "It does not help enough: see the time frame of the plan. Then we stop and look for something better.", "action": "stop", "sources": ["furlan2015"]}, {"id": "stop_goal_reached", "text": "You reached your goal: well done. Space the sessions out or stop.", "action": "taper", "sources": []}, {"id": "stop_health_change", "text": "You have a new medicine, illness, operation or pregnancy: answer the health questions again before the next session.", "action": "reassess", "sources": []}, {"id": "stop_clearance_expired", "text": "Your doctor's OK has run out: ask for a new one.", "action": "clearance", "sources": []}, {"id": "stop_passive_only", "text": "You had more than 10 sessions without a check, or massage is all you do for your back: exercise should come first now.", "action": "active_care", "sources": ["kngf2021"]}, {"id": "stop_acute_6_weeks", "text": "Your new back pain is not better after 6 weeks: see a clinician.", "action": "clinician", "sources": []}, {"id": "stop_max_sessions", "text": "You have had as many sessions as this plan allows: let a clinician or physiotherapist look before you have more.", "action": "clinician", "sources": []}], "preferences": {"measure": "nrs"}, "preparation": [{"id": "prep_schedule", "text": "Come about 10 minutes early and leave some quiet time. Do not plan hard work right after.", "sources": []}, {"id": "prep_water_before", "text": "Drink when you are thirsty, as usual, and empty your bladder first.", "sources": ["painscience_water"]}, {"id": "prep_clothing", "text": "Wear loose, comfortable clothes. For Thai, shiatsu or chair massage you stay dressed; otherwise undress only as far as you like.", "sources": []}, {"id": "prep_tell_health", "text": "Tell your therapist about illnesses, medicines, allergies, pregnancy and operations. Show them the summary from this service.", "sources": ["nccih", "walton_book"]}, {"id": "prep_doctor", "text": "If this service asks you to, talk to a doctor or nurse before the massage and take the list of questions with you.", "sources": ["nccih"]}, {"id": "prep_no_heavy_meal", "text": "Leave 1 to 2 hours after a big meal. A light snack is fine; do not fast.", "sources": []}, {"id": "prep_no_alcohol", "text": "No alcohol or recreational drugs before a massage. If you feel their effect, choose another day.", "sources": []}, {"id": "prep_meds", "text": "Take your usual medicines at the usual time. Do not take extra painkillers to bear firm work. Bring your list, and an inhaler, heart spray or sugar if you use them.", "sources": []}, {"id": "prep_hygiene_shave", "text": "Shower before you come. Do not shave or wax the area in the 24 hours before.", "sources": []}, {"id": "prep_goal", "text": "Choose one thing you want to do again, such as a 20-minute walk, and note your pain from 0 to 10.", "sources": ["ostelo2008", "nice_ng59"]}], "recheck_due": "2026-12-22", "modifications": [{"id": "no_pressure_on_spinous_processes", "text": "Press on the muscles beside the spine, never on its bony points."}, {"id": "no_tapotement_over_kidneys", "text": "No tapping or chopping over the kidneys."}, {"id": "avoid_endangerment_sites", "text": "No deep, pinpoint or hammering pressure on throat, armpits, groin, backs of the knees, kidneys, belly or bony spine."}, {"id": "no_thrust", "text": "No cracking, jerking or sudden pushes."}], "review_points": [{"date": "2026-12-16", "kind": "session", "text": "After session 4, look together whether it helps.", "session": 4}, {"date": "2026-12-22", "kind": "recheck", "text": "Some of your answers are getting old: answer those questions again."}, {"date": "2027-01-30", "kind": "end", "text": "The plan ends. Go on only if it clearly helped."}], "technique_name": "Swedish (classic, relaxation) massage", "therapist_needs": {"text": "Any trained and registered massage therapist can give it.", "pressure": 4, "training": [], "technique": "swedish"}, "rescreen_every_session": false},"intake":{"age": 38, "sex": "female", "pain": {"areas": ["low_back"], "intensity": 4, "duration_weeks": 20}, "as_of": "2026-11-22", "none_of": ["nerves_bladder_bowel", "chest_head_sudden", "tummy_kidneys", "legs_circulation", "fever_infection", "injury_bones", "cancer_pain_pattern", "this_pain", "safety_wellbeing", "health_body", "health_now", "health_other", "pain_story", "pregnancy_and_birth", "circulation_details", "infection_details", "skin_details", "bone_joint_details", "procedure_details", "organ_details", "nerve_details", "device_details", "medicine_details", "allergy_details", "context_details"], "medications": [], "preferences": {"pressure": 3}, "presentations": ["nslbp_chronic"]},"clearances":[]}	2026-11-22 18:00:50.991415+00	2026-11-23 18:00:50.991427+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	PATCH /care-plans/c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg	fill-16-1795370451058	\\x753bf2b5405cb6323b5962a8d53b4c72353fe9c717dd604e92f835170d48b9c2	c34a20a02a39148145ad3f125efcdbcb	200	{"ETag": "\\"3\\""}	{"id":"c34a20a02a39148145ad3f125efcdbcb.xlcf5rgt334smva263wof777vg","version":3,"status":"on-hold","patient":"P-2 “quoted” 😀","therapist":null,"technique":"swedish","title":"Light massage only: Swedish (classic, relaxation) massage","goal":{"by": "2026-12-19", "text": "Bring your average pain down from 4 to 2 or less, and do more of what matters to you.", "target": 2, "measure": "nrs", "sources": ["ostelo2008", "kamper2010"], "baseline": 4, "own_words": false, "important_change": {"rule": "either", "points": 2, "percent": 30}},"starts_on":"2026-11-22","time_zone":"Europe/Berlin","review_needed":[],"recheck_due":"2026-12-22","clearance_ends":null,"session_count":1,"decision":{"id":"d_dbbdf896d9866f6a8eb915306f800253","knowledge_version":"1.0.0","knowledge_sha256":"733f32fa348d9840c3ce3dedbbeb5261abfa9cf993d590137368d0e27d86fe30"},"created_at":"2026-11-22T18:00:50.627056Z","created_by":"clinic:key:RXhU0wLmnXCw","updated_at":"2026-11-22T18:00:51.058867Z","plan":{"dose": {"firm": false, "text": "At least 48 hours between sessions, 72 hours after firm work, never more than 3 a week. No self-massage on the same area in the 24 hours after firm work.", "weeks": 4, "minutes": {"max": 30, "min": 30, "start": 30}, "per_week": 1, "pressure": {"max": 2, "start": 2}, "sessions": 4, "gap_hours": 48, "max_sessions": 6, "gap_hours_firm": 72, "self_massage_after_firm_hours": 24}, "during": [{"id": "dur_breathe", "text": "Breathe slowly and easily.", "sources": []}, {"id": "dur_speak_up", "text": "Say at once if something hurts or feels wrong.", "sources": ["cherkin2011"]}, {"id": "dur_pressure_scale", "text": "On a scale from 0 to 10, keep any \\"good hurt\\" at 5 or less. Stop if it turns sharp, electric, spreading or numb.", "sources": []}, {"id": "dur_stop_now", "text": "Stop and get emergency help for: chest pain, being short of breath, fainting, sudden severe headache or neck pain, new numbness or weakness, or losing control of pee or poo. If you are pregnant: for bleeding or regular tightenings, call your maternity unit now.", "sources": ["finucane2020", "girft2023"]}, {"id": "dur_position", "text": "Ask for pillows or to lie on your side if that is more comfortable.", "sources": []}, {"id": "dur_consent", "text": "You may keep clothes on, say no to any area and stop at any time. Genitals and breasts are never part of a back massage.", "sources": []}, {"id": "dur_temperature", "text": "Say at once if anything feels too hot.", "sources": []}], "limits": {"verdict": "caution", "positions": ["prone", "supine", "side_lying", "seated"], "expert_only": false, "minutes_max": 45, "pressure_max": 2, "areas_limited": {}, "modifications": ["no_pressure_on_spinous_processes", "no_tapotement_over_kidneys", "avoid_endangerment_sites", "bruise_check_next_day", "stop_if_bruising", "ask_why_anticoagulant", "no_thrust"], "areas_to_avoid": []}, "sources": ["ostelo2008", "kamper2010", "nice_ng59", "who2023", "furlan2015", "kngf2021", "cherkin2011", "cherkin2001"], "exercise": {"id": "care_exercise", "text": "Any exercise you like and keep doing helps: walking, swimming, strength, yoga or a class. Start low and build up slowly.", "sources": ["nice_ng59", "who2023", "liddle2015"]}, "language": "en", "sessions": [{"to": "2026-11-25", "from": "2026-11-22", "number": 1, "review": true}, {"to": "2026-12-02", "from": "2026-11-29", "number": 2, "review": true}, {"to": "2026-12-09", "from": "2026-12-06", "number": 3, "review": true}, {"to": "2026-12-16", "from": "2026-12-13", "number": 4, "review": true}], "stops_on": "2026-12-19", "template": {"id": "capped", "name": "Light massage only", "stop": "Stop when your goal is reached.", "text": "Once a week, 20 to 30 minutes, light pressure, for 4 weeks. We look together at every visit. At most 6 sessions.", "basis": ["d"], "taper": "No taper needed.", "sources": [], "confidence": "M"}, "aftercare": [{"id": "aft_rest_exercise", "text": "Take a gentle walk today and go back to normal activity tomorrow. If you are sore, skip hard training and heavy lifting for the rest of the day.", "sources": ["nice_ng59", "lancet2018"]}, {"id": "aft_water", "text": "Have a drink if you are thirsty. You do not need extra water.", "sources": ["wiltshire2010", "painscience_water"]}, {"id": "aft_epsom_bath", "text": "A comfortably warm, not hot, shower or bath is fine if you like it. Epsom salt adds nothing that has been proven.", "sources": ["acp2017", "french2006", "grober2017"]}, {"id": "aft_alcohol", "text": "Leave out alcohol for the next 4 to 12 hours.", "sources": []}, {"id": "aft_caffeine", "text": "Have your usual coffee or tea. Leave it out if you want to nap.", "sources": ["killer2014"]}, {"id": "aft_stretch", "text": "Stretch gently for 10 to 30 seconds, only as far as it is free of pain.", "sources": ["nice_ng59"]}, {"id": "aft_soreness", "text": "Some soreness for a day or so is normal. In a survey, 10% of people had minor discomfort, mostly up to 36 hours. Tell us or your clinician if it lasts more than 2 to 3 days, is worse than before, or spreads.", "sources": ["cambron2007"]}, {"id": "aft_bruise", "text": "With your bleeding risk, see a doctor the same day for any bruise that is large, painful or growing.", "sources": ["nccih"]}, {"id": "aft_drive", "text": "Sit for 2 to 5 minutes before you stand up. Do not drive while you feel drowsy.", "sources": []}, {"id": "aft_heat_cold", "text": "A warm pack for 15 to 20 minutes over a layer of cloth can ease pain. Do not lie or sleep on it.", "sources": ["acp2017", "french2006"]}, {"id": "aft_exercise_plan", "text": "Keep walking and do your exercises.", "sources": ["nice_ng59", "who2023"]}, {"id": "aft_followup_check", "text": "Check yourself after 24 to 48 hours: pain score, marks on the skin, anything new.", "sources": []}, {"id": "aft_seek_help", "text": "Get emergency help for: numbness between the legs, losing control of pee or poo, new weakness in a leg, chest pain, trouble breathing, or a sudden severe headache or neck pain. See a doctor today for: one swollen or sore calf, fever, dark urine, a big or growing bruise, or new numbness elsewhere. If you are pregnant: call your maternity unit now for bleeding, fluid, regular tightenings or less movement.", "sources": ["finucane2020", "girft2023"]}], "self_care": {"id": "care_sleep_pacing", "text": "Go to bed at regular times and try a pillow between or under your knees. Split big jobs into small parts with breaks, also on good days.", "sources": []}, "starts_on": "2026-11-22", "technique": "swedish", "time_zone": "Europe/Berlin", "safety_net": "Most back pain is not dangerous and eases with time. Things can change, so please remember this: call your emergency number if you get numbness between the legs, cannot control or feel your pee or poo, get weak in both legs, have chest pain or trouble breathing, or feel very ill with a fever. See a doctor if the pain keeps getting worse or is not better after 6 weeks.", "stop_rules": [{"id": "stop_red_flag", "text": "A warning sign appears: stop the massage and follow the safety advice.", "action": "triage", "sources": []}, {"id": "stop_worse", "text": "Your pain is 2 or more points higher for more than 3 days, or after two sessions in a row: pause, and we check your answers again. With new leg symptoms, answer the safety questions at once.", "action": "pause", "sources": []}, {"id": "stop_not_better", "text": "It does not help enough: see the time frame of the plan. Then we stop and look for something better.", "action": "stop", "sources": ["furlan2015"]}, {"id": "stop_goal_reached", "text": "You reached your goal: well done. Space the sessions out or stop.", "action": "taper", "sources": []}, {"id": "stop_health_change", "text": "You have a new medicine, illness, operation or pregnancy: answer the health questions again before the next session.", "action": "reassess", "sources": []}, {"id": "stop_clearance_expired", "text": "Your doctor's OK has run out: ask for a new one.", "action": "clearance", "sources": []}, {"id": "stop_passive_only", "text": "You had more than 10 sessions without a check, or massage is all you do for your back: exercise should come first now.", "action": "active_care", "sources": ["kngf2021"]}, {"id": "stop_acute_6_weeks", "text": "Your new back pain is not better after 6 weeks: see a clinician.", "action": "clinician", "sources": []}, {"id": "stop_max_sessions", "text": "You have had as many sessions as this plan allows: let a clinician or physiotherapist look before you have more.", "action": "clinician", "sources": []}], "preferences": {"measure": "nrs"}, "preparation": [{"id": "prep_schedule", "text": "Come about 10 minutes early and leave some quiet time. Do not plan hard work right after.", "sources": []}, {"id": "prep_water_before", "text": "Drink when you are thirsty, as usual, and empty your bladder first.", "sources": ["painscience_water"]}, {"id": "prep_clothing", "text": "Wear loose, comfortable clothes. For Thai, shiatsu or chair massage you stay dressed; otherwise undress only as far as you like.", "sources": []}, {"id": "prep_tell_health", "text": "Tell your therapist about illnesses, medicines, allergies, pregnancy and operations. Show them the summary from this service.", "sources": ["nccih", "walton_book"]}, {"id": "prep_doctor", "text": "If this service asks you to, talk to a doctor or nurse before the massage and take the list of questions with you.", "sources": ["nccih"]}, {"id": "prep_no_heavy_meal", "text": "Leave 1 to 2 hours after a big meal. A light snack is fine; do not fast.", "sources": []}, {"id": "prep_no_alcohol", "text": "No alcohol or recreational drugs before a massage. If you feel their effect, choose another day.", "sources": []}, {"id": "prep_meds", "text": "If you take a blood thinner, never stop it for a massage. Ask for light pressure.", "sources": []}, {"id": "prep_hygiene_shave", "text": "Shower before you come. Do not shave or wax the area in the 24 hours before.", "sources": []}, {"id": "prep_goal", "text": "Choose one thing you want to do again, such as a 20-minute walk, and note your pain from 0 to 10.", "sources": ["ostelo2008", "nice_ng59"]}], "recheck_due": "2026-12-22", "modifications": [{"id": "no_pressure_on_spinous_processes", "text": "Press on the muscles beside the spine, never on its bony points."}, {"id": "no_tapotement_over_kidneys", "text": "No tapping or chopping over the kidneys."}, {"id": "avoid_endangerment_sites", "text": "No deep, pinpoint or hammering pressure on throat, armpits, groin, backs of the knees, kidneys, belly or bony spine."}, {"id": "bruise_check_next_day", "text": "Look for bruises the next day and tell your therapist about any."}, {"id": "stop_if_bruising", "text": "Stop if new bruises appear, and tell your doctor about large or painful ones."}, {"id": "ask_why_anticoagulant", "text": "Tell the therapist why you take the blood thinner, above all if it is for a clot."}, {"id": "no_thrust", "text": "No cracking, jerking or sudden pushes."}], "review_points": [{"date": "2026-11-22", "kind": "every_session", "text": "Answer the safety questions again before every session."}, {"date": "2026-11-25", "kind": "session", "text": "After session 1, look together whether it helps.", "session": 1}, {"date": "2026-12-19", "kind": "end", "text": "The plan ends. Go on only if it clearly helped."}], "technique_name": "Swedish (classic, relaxation) massage", "therapist_needs": {"text": "Any trained and registered massage therapist can give it.", "pressure": 2, "training": [], "technique": "swedish"}, "rescreen_every_session": true},"intake":{"age": 67, "sex": "male", "pain": {"areas": ["low_back"], "intensity": 4, "duration_weeks": 30}, "as_of": "2026-11-22", "none_of": ["nerves_bladder_bowel", "chest_head_sudden", "tummy_kidneys", "legs_circulation", "fever_infection", "injury_bones", "cancer_pain_pattern", "this_pain", "safety_wellbeing", "health_body", "health_now", "pain_story", "pregnancy_and_birth", "circulation_details", "infection_details", "skin_details", "bone_joint_details", "procedure_details", "organ_details", "nerve_details", "device_details", "allergy_details", "context_details"], "findings": [{"id": "gate_medicine", "state": "present"}, {"id": "anticoagulant", "state": "present", "detail": "stable", "weeks_ago": 104}, {"id": "gate_allergy", "state": "absent"}, {"id": "gate_context", "state": "absent"}, {"id": "rf_anticoag_sudden", "state": "absent"}, {"id": "antiplatelet", "state": "absent"}, {"id": "hormone_therapy_bone_loss", "state": "absent"}, {"id": "corticosteroid_oral", "state": "absent"}, {"id": "inhaled_topical_steroid", "state": "absent"}, {"id": "retinoid_oral", "state": "absent"}, {"id": "retinoid_topical", "state": "absent"}, {"id": "opioid_sedative", "state": "absent"}, {"id": "analgesic_premed", "state": "absent"}, {"id": "nsaid", "state": "absent"}, {"id": "fluoroquinolone", "state": "absent"}, {"id": "antihypertensive", "state": "absent"}, {"id": "ssri_snri", "state": "absent"}, {"id": "immunosuppressant", "state": "absent"}, {"id": "hormone_estrogen", "state": "absent"}, {"id": "osteoporosis_drug", "state": "absent"}, {"id": "statin_muscle_pain", "state": "absent"}], "medications": [{"text": "warfarin"}]},"clearances":[]}	2026-11-22 18:00:51.058841+00	2026-11-23 18:00:51.058849+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/measurements	fill-13-1795370450956	\\xd7298a80fcceedfd11108b3d4f558d6ff6a714339f04cab9cf79a384d8d1c90f	1cc6e882417f616be5d69039892742ec	201	{}	{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","measurement_id":"m-qf7b34ec3tjlpxmyna2vgik2l7","instrument":"rmdq","score":9,"taken_at":"2026-11-22T18:00:50.957379Z","created_at":"2026-11-22T18:00:50.957379Z","advice":"continue","rule":"time_frame","plan":{"plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","version":7,"status":"active"}}	2026-11-22 18:00:50.957396+00	2026-11-23 18:00:50.957398+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	POST /care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/calendar-links	fill-14-1795370450969	\\x44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a	1cc6e882417f616be5d69039892742ec	201	{"Location": "/care-plans/1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv/calendar-links/k-ge37a62zhk32jvjkylhqgor43e"}	{"link_id":"k-ge37a62zhk32jvjkylhqgor43e","plan_id":"1cc6e882417f616be5d69039892742ec.frweahw6pxh33yrhny4ishyuwv","url":"/calendars/n6BRzKHhRhW-HGwytWeTkRzG6IJBf2Fr5daQOYknQuxnZTM3YTYyemhrMzJqdmpreWxocWdvcjQzZWRyRBIY5WcPWb9knzc5cajJnvmJU3hyCFiLqI1i61Ot.ics","titles":"discreet","expires_on":"2027-11-22","created_at":"2026-11-22T18:00:50.971928Z","created_by":"clinic:key:RXhU0wLmnXCw","revoked_at":null}	2026-11-22 18:00:50.970447+00	2026-11-23 18:00:50.970455+00
9fa051cc-a1e1-4615-be1c-6c32b5679391	92b20ee37a20d09f199ae6fb824142a4	DELETE /care-plans/e75162640a401cb9f9832f7632758756.v4k6ed2nfvty32frtsm2o3b5cj	fill-17-1795370451076	\\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855	e75162640a401cb9f9832f7632758756	204	{}	\N	2026-11-22 18:00:51.077059+00	2026-11-23 18:00:51.077065+00
\.


--
-- Data for Name: measurements; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.measurements (patient_id, tenant_id, measurement_id, plan_id, instrument, score, items, taken_at, created_at) FROM stdin;
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	m-zqd23bovcpx5af3zaqeoa5ss3k	frweahw6pxh33yrhny4ishyuwv	nrs	6.00	\N	2026-11-22 18:00:50.888981+00	2026-11-22 18:00:50.888981+00
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	m-6eho4zpsuoydigjdp3br5v5j6m	frweahw6pxh33yrhny4ishyuwv	nrs	3.00	\N	2026-11-22 18:00:50.933445+00	2026-11-22 18:00:50.933445+00
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	m-qf7b34ec3tjlpxmyna2vgik2l7	frweahw6pxh33yrhny4ishyuwv	rmdq	9.00	\N	2026-11-22 18:00:50.957379+00	2026-11-22 18:00:50.957379+00
\.


--
-- Data for Name: patients; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.patients (patient_id, tenant_id, created_at) FROM stdin;
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.603973+00
c34a20a02a39148145ad3f125efcdbcb	9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.627056+00
e75162640a401cb9f9832f7632758756	9fa051cc-a1e1-4615-be1c-6c32b5679391	2026-11-22 18:00:50.642741+00
\.


--
-- Data for Name: recheck_runs; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.recheck_runs (tenant_id, run_id, knowledge_sha256, as_of, after_created_at, after_plan_id, seen, changed, started_at, finished_at) FROM stdin;
\.


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.sessions (patient_id, tenant_id, session_id, plan_id, version, number, planned_on, window_from, window_to, status, technique, pressure_used, pressure_tolerated, minutes, pain_before, pain_after, notes, adverse_events, triage, created_at, updated_at, deleted_at) FROM stdin;
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	s-i2m44mwmnpdyl3cn3dgwnlwkd7	frweahw6pxh33yrhny4ishyuwv	1	1	2026-11-10	\N	\N	done	swedish	2	\N	40	6	4	\N	[]	\N	2026-11-22 18:00:50.669835+00	2026-11-22 18:00:50.669835+00	\N
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	s-tkya2q4dethtgh3pd3gpl2ndni	frweahw6pxh33yrhny4ishyuwv	1	2	2026-11-13	\N	\N	done	swedish	2	\N	40	5	3	\N	[]	\N	2026-11-22 18:00:50.798613+00	2026-11-22 18:00:50.798613+00	\N
1cc6e882417f616be5d69039892742ec	9fa051cc-a1e1-4615-be1c-6c32b5679391	s-v7zkgqexekudgx4o57e4e34fqd	frweahw6pxh33yrhny4ishyuwv	1	3	2026-11-17	\N	\N	done	swedish	2	\N	40	4	2	\N	[]	\N	2026-11-22 18:00:50.842392+00	2026-11-22 18:00:50.842392+00	\N
c34a20a02a39148145ad3f125efcdbcb	9fa051cc-a1e1-4615-be1c-6c32b5679391	s-px53r6ql4hejanrosdonta6qm7	xlcf5rgt334smva263wof777vg	1	1	2026-11-12	\N	\N	done	swedish	2	\N	40	\N	\N	a\tnote\nof two lines\\	[{"id": "ae_soreness"}]	self_care	2026-11-22 18:00:50.865073+00	2026-11-22 18:00:50.865073+00	\N
\.


--
-- Data for Name: tenants; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.tenants (tenant_id, name, patient_secret, cursor_secret, created_at, last_erasure_at) FROM stdin;
9fa051cc-a1e1-4615-be1c-6c32b5679391	clinic	\\x09bacb970419cf30cd19df926955ae99f974872adb885627af37fba89757bdb8	\\x3e06a0a2a65aef717504f9084b2b15461c40f469b9e90ce10e2b593bf706f15a	2026-11-22 18:00:49.789077+00	2026-11-22 18:00:50.526936+00
\.


--
-- Data for Name: therapists; Type: TABLE DATA; Schema: unknot; Owner: unknot_owner
--

COPY unknot.therapists (tenant_id, therapist_id, version, document, created_at, updated_at, deleted_at) FROM stdin;
9fa051cc-a1e1-4615-be1c-6c32b5679391	u4ccq5w3jex74lpxsncs53uxoi	1	{"name": "Zoë Ångström", "pressure": {"max": 4, "min": 1}, "languages": ["en", "de"], "techniques": ["swedish"]}	2026-11-22 18:00:50.557313+00	2026-11-22 18:00:50.557313+00	\N
\.


--
-- Data for Name: migrations; Type: TABLE DATA; Schema: unknot_admin; Owner: unknot_owner
--

COPY unknot_admin.migrations (version, name, sha256, applied_at) FROM stdin;
1	0001_roles	70a440012eff6c8b8325f43adf2bd70b328f9a5d491c61d0fea8af9098204c13	2026-11-22 18:00:52.193706+00
2	0002_tenants	c6ba7d514b3a0a1f09abec88fa4d18e84322450c94ec74ab2922a48b04eaa319	2026-11-22 18:00:52.26084+00
3	0003_patients	d09d66789008920d54fe658324dfb0e223e128a836a1b9368e3d6ed381693d6a	2026-11-22 18:00:52.354319+00
4	0004_row_security	be616ceadac813369a4651583ee969a4b43f8f0ea86ac091bbcf2cb60e1bdbe4	2026-11-22 18:00:52.444435+00
5	0005_plan_filters	46ff5b4ecbb27d878c69e6e7a00f123e72305931655be0c1cc3447e51891bcad	2026-11-22 18:00:52.532653+00
6	0006_calendar_links	809729def30dec9858fa3acd244f43efee918e8fd39663a4e0978b7e7624f277	2026-11-22 18:00:52.63968+00
7	0007_cds_feedback	aa57a3b064fe35286c69a4d1bea357dcb317ad162e655b2a004199af1b56f9f9	2026-11-22 18:00:52.706284+00
8	0008_ledger_usage	95b4b8f0bcda2e7a4d8953fe352841a93fbc335fa1fbad2b48f7dc21f04a1955	2026-11-22 18:00:52.759482+00
9	0009_plan_versions	086048f64d30eed6d308e02013a5c75dfd9c64a78cb972cb512e9f39be361dca	2026-11-22 18:00:52.792671+00
\.


--
-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, key_id);


--
-- Name: audit_events audit_events_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, at, event_id);


--
-- Name: calendar_links calendar_links_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.calendar_links
    ADD CONSTRAINT calendar_links_pkey PRIMARY KEY (patient_id, tenant_id, link_id);


--
-- Name: care_plan_history care_plan_history_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.care_plan_history
    ADD CONSTRAINT care_plan_history_pkey PRIMARY KEY (patient_id, tenant_id, plan_id, version);


--
-- Name: care_plan_versions care_plan_versions_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.care_plan_versions
    ADD CONSTRAINT care_plan_versions_pkey PRIMARY KEY (patient_id, tenant_id, plan_id, version);


--
-- Name: care_plans care_plans_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.care_plans
    ADD CONSTRAINT care_plans_pkey PRIMARY KEY (patient_id, tenant_id, plan_id);


--
-- Name: cds_feedback cds_feedback_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.cds_feedback
    ADD CONSTRAINT cds_feedback_pkey PRIMARY KEY (tenant_id, card_id, outcome, outcome_at);


--
-- Name: clearances clearances_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.clearances
    ADD CONSTRAINT clearances_pkey PRIMARY KEY (patient_id, tenant_id, clearance_id);


--
-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, principal, route, key);


--
-- Name: measurements measurements_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.measurements
    ADD CONSTRAINT measurements_pkey PRIMARY KEY (patient_id, tenant_id, measurement_id);


--
-- Name: patients patients_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.patients
    ADD CONSTRAINT patients_pkey PRIMARY KEY (patient_id, tenant_id);


--
-- Name: recheck_runs recheck_runs_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.recheck_runs
    ADD CONSTRAINT recheck_runs_pkey PRIMARY KEY (tenant_id, run_id);


--
-- Name: sessions sessions_patient_id_tenant_id_plan_id_number_key; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.sessions
    ADD CONSTRAINT sessions_patient_id_tenant_id_plan_id_number_key UNIQUE (patient_id, tenant_id, plan_id, number);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (patient_id, tenant_id, session_id);


--
-- Name: tenants tenants_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id);


--
-- Name: therapists therapists_pkey; Type: CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.therapists
    ADD CONSTRAINT therapists_pkey PRIMARY KEY (tenant_id, therapist_id);


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: unknot_admin; Owner: unknot_owner
--

ALTER TABLE ONLY unknot_admin.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (version);


--
-- Name: api_keys_subject; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX api_keys_subject ON unknot.api_keys USING btree (tenant_id, subject) WHERE (subject IS NOT NULL);


--
-- Name: audit_events_patient; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX audit_events_patient ON unknot.audit_events USING btree (tenant_id, patient_id, at, event_id) WHERE (patient_id IS NOT NULL);


--
-- Name: calendar_links_plan; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX calendar_links_plan ON unknot.calendar_links USING btree (patient_id, tenant_id, plan_id, created_at);


--
-- Name: care_plans_changed; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX care_plans_changed ON unknot.care_plans USING btree (tenant_id, updated_at, plan_id);


--
-- Name: care_plans_page; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX care_plans_page ON unknot.care_plans USING btree (tenant_id, created_at, plan_id);


--
-- Name: care_plans_review; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX care_plans_review ON unknot.care_plans USING btree (tenant_id, review_from) WHERE ((deleted_at IS NULL) AND (review_from IS NOT NULL));


--
-- Name: care_plans_status; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX care_plans_status ON unknot.care_plans USING btree (tenant_id, status, created_at, plan_id) WHERE (deleted_at IS NULL);


--
-- Name: care_plans_technique; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX care_plans_technique ON unknot.care_plans USING btree (tenant_id, technique, created_at, plan_id) WHERE (deleted_at IS NULL);


--
-- Name: care_plans_therapist; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX care_plans_therapist ON unknot.care_plans USING btree (tenant_id, therapist_id, created_at, plan_id) WHERE (therapist_id IS NOT NULL);


--
-- Name: cds_feedback_service; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX cds_feedback_service ON unknot.cds_feedback USING btree (tenant_id, service, rule);


--
-- Name: clearances_plan; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX clearances_plan ON unknot.clearances USING btree (patient_id, tenant_id, plan_id);


--
-- Name: idempotency_keys_expiry; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX idempotency_keys_expiry ON unknot.idempotency_keys USING btree (tenant_id, expires_at);


--
-- Name: idempotency_keys_patient; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX idempotency_keys_patient ON unknot.idempotency_keys USING btree (tenant_id, patient_id) WHERE (patient_id IS NOT NULL);


--
-- Name: measurements_plan; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE INDEX measurements_plan ON unknot.measurements USING btree (patient_id, tenant_id, plan_id, taken_at, measurement_id);


--
-- Name: recheck_runs_open; Type: INDEX; Schema: unknot; Owner: unknot_owner
--

CREATE UNIQUE INDEX recheck_runs_open ON unknot.recheck_runs USING btree (tenant_id) WHERE (finished_at IS NULL);


--
-- Name: api_keys api_keys_tenant_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.api_keys
    ADD CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES unknot.tenants(tenant_id);


--
-- Name: calendar_links calendar_links_patient_id_tenant_id_plan_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.calendar_links
    ADD CONSTRAINT calendar_links_patient_id_tenant_id_plan_id_fkey FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans(patient_id, tenant_id, plan_id) ON DELETE CASCADE;


--
-- Name: care_plan_history care_plan_history_patient_id_tenant_id_plan_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.care_plan_history
    ADD CONSTRAINT care_plan_history_patient_id_tenant_id_plan_id_fkey FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans(patient_id, tenant_id, plan_id) ON DELETE CASCADE;


--
-- Name: care_plan_versions care_plan_versions_patient_id_tenant_id_plan_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.care_plan_versions
    ADD CONSTRAINT care_plan_versions_patient_id_tenant_id_plan_id_fkey FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans(patient_id, tenant_id, plan_id) ON DELETE CASCADE;


--
-- Name: care_plans care_plans_patient_id_tenant_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.care_plans
    ADD CONSTRAINT care_plans_patient_id_tenant_id_fkey FOREIGN KEY (patient_id, tenant_id) REFERENCES unknot.patients(patient_id, tenant_id) ON DELETE CASCADE;


--
-- Name: care_plans care_plans_tenant_id_therapist_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.care_plans
    ADD CONSTRAINT care_plans_tenant_id_therapist_id_fkey FOREIGN KEY (tenant_id, therapist_id) REFERENCES unknot.therapists(tenant_id, therapist_id);


--
-- Name: clearances clearances_patient_id_tenant_id_plan_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.clearances
    ADD CONSTRAINT clearances_patient_id_tenant_id_plan_id_fkey FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans(patient_id, tenant_id, plan_id) ON DELETE CASCADE;


--
-- Name: measurements measurements_patient_id_tenant_id_plan_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.measurements
    ADD CONSTRAINT measurements_patient_id_tenant_id_plan_id_fkey FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans(patient_id, tenant_id, plan_id) ON DELETE CASCADE;


--
-- Name: sessions sessions_patient_id_tenant_id_plan_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.sessions
    ADD CONSTRAINT sessions_patient_id_tenant_id_plan_id_fkey FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans(patient_id, tenant_id, plan_id) ON DELETE CASCADE;


--
-- Name: therapists therapists_tenant_id_fkey; Type: FK CONSTRAINT; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE ONLY unknot.therapists
    ADD CONSTRAINT therapists_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES unknot.tenants(tenant_id);


--
-- Name: api_keys; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.api_keys ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_events; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.audit_events ENABLE ROW LEVEL SECURITY;

--
-- Name: calendar_links; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.calendar_links ENABLE ROW LEVEL SECURITY;

--
-- Name: care_plan_history; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.care_plan_history ENABLE ROW LEVEL SECURITY;

--
-- Name: care_plan_versions; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.care_plan_versions ENABLE ROW LEVEL SECURITY;

--
-- Name: care_plans; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.care_plans ENABLE ROW LEVEL SECURITY;

--
-- Name: cds_feedback; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.cds_feedback ENABLE ROW LEVEL SECURITY;

--
-- Name: clearances; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.clearances ENABLE ROW LEVEL SECURITY;

--
-- Name: idempotency_keys; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.idempotency_keys ENABLE ROW LEVEL SECURITY;

--
-- Name: measurements; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.measurements ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_events only_cut; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY only_cut ON unknot.audit_events AS RESTRICTIVE FOR UPDATE TO unknot_app USING (true) WITH CHECK (((patient_id IS NULL) AND (strpos(resource, '/'::text) = 0)));


--
-- Name: api_keys only_keys_of_patients; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY only_keys_of_patients ON unknot.api_keys AS RESTRICTIVE FOR DELETE TO unknot_app USING ((principal = 'patient'::text));


--
-- Name: api_keys owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.api_keys TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: audit_events owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.audit_events TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: calendar_links owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.calendar_links TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: care_plan_history owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.care_plan_history TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: care_plan_versions owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.care_plan_versions TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: care_plans owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.care_plans TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: cds_feedback owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.cds_feedback TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: clearances owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.clearances TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: idempotency_keys owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.idempotency_keys TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: measurements owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.measurements TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: patients owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.patients TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: recheck_runs owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.recheck_runs TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: sessions owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.sessions TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: tenants owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.tenants TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: therapists owner_sees_all; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY owner_sees_all ON unknot.therapists TO unknot_owner USING (true) WITH CHECK (true);


--
-- Name: patients; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.patients ENABLE ROW LEVEL SECURITY;

--
-- Name: recheck_runs; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.recheck_runs ENABLE ROW LEVEL SECURITY;

--
-- Name: sessions; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.sessions ENABLE ROW LEVEL SECURITY;

--
-- Name: api_keys tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.api_keys TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: audit_events tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.audit_events TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: calendar_links tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.calendar_links TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: care_plan_history tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.care_plan_history TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: care_plan_versions tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.care_plan_versions TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: care_plans tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.care_plans TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: cds_feedback tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.cds_feedback TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: clearances tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.clearances TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: idempotency_keys tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.idempotency_keys TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: measurements tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.measurements TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: patients tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.patients TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: recheck_runs tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.recheck_runs TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: sessions tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.sessions TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: tenants tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.tenants TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: therapists tenant_alone; Type: POLICY; Schema: unknot; Owner: unknot_owner
--

CREATE POLICY tenant_alone ON unknot.therapists TO unknot_app USING ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid)) WITH CHECK ((tenant_id = (NULLIF(current_setting('unknot.tenant'::text, true), ''::text))::uuid));


--
-- Name: tenants; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.tenants ENABLE ROW LEVEL SECURITY;

--
-- Name: therapists; Type: ROW SECURITY; Schema: unknot; Owner: unknot_owner
--

ALTER TABLE unknot.therapists ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA unknot; Type: ACL; Schema: -; Owner: unknot_owner
--

GRANT USAGE ON SCHEMA unknot TO unknot_app;


--
-- Name: SCHEMA unknot_admin; Type: ACL; Schema: -; Owner: postgres
--

GRANT ALL ON SCHEMA unknot_admin TO unknot_owner;
GRANT USAGE ON SCHEMA unknot_admin TO unknot_app;


--
-- Name: TABLE api_keys; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,DELETE ON TABLE unknot.api_keys TO unknot_app;


--
-- Name: COLUMN api_keys.last_used_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(last_used_at) ON TABLE unknot.api_keys TO unknot_app;


--
-- Name: TABLE audit_events; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.audit_events TO unknot_app;


--
-- Name: COLUMN audit_events.resource; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(resource) ON TABLE unknot.audit_events TO unknot_app;


--
-- Name: COLUMN audit_events.patient_id; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(patient_id) ON TABLE unknot.audit_events TO unknot_app;


--
-- Name: TABLE calendar_links; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.calendar_links TO unknot_app;


--
-- Name: COLUMN calendar_links.revoked_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(revoked_at) ON TABLE unknot.calendar_links TO unknot_app;


--
-- Name: TABLE care_plan_history; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.care_plan_history TO unknot_app;


--
-- Name: TABLE care_plan_versions; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.care_plan_versions TO unknot_app;


--
-- Name: TABLE care_plans; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.version; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(version) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.status; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(status) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.technique; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(technique) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.therapist_id; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(therapist_id) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.former_therapists; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(former_therapists) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.title; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(title) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.goal; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(goal) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.document; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(document) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.intake; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(intake) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.decision; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(decision) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.decision_id; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(decision_id) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.knowledge_version; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(knowledge_version) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.knowledge_sha256; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(knowledge_sha256) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.time_zone; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(time_zone) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.starts_on; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(starts_on) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.review_needed; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(review_needed) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.recheck_due; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(recheck_due) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.clearance_ends; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(clearance_ends) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.session_count; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(session_count) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.updated_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(updated_at) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: COLUMN care_plans.deleted_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(deleted_at) ON TABLE unknot.care_plans TO unknot_app;


--
-- Name: TABLE cds_feedback; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.cds_feedback TO unknot_app;


--
-- Name: TABLE clearances; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.clearances TO unknot_app;


--
-- Name: TABLE idempotency_keys; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE unknot.idempotency_keys TO unknot_app;


--
-- Name: COLUMN idempotency_keys.status; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(status) ON TABLE unknot.idempotency_keys TO unknot_app;


--
-- Name: COLUMN idempotency_keys.headers; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(headers) ON TABLE unknot.idempotency_keys TO unknot_app;


--
-- Name: COLUMN idempotency_keys.body; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(body) ON TABLE unknot.idempotency_keys TO unknot_app;


--
-- Name: TABLE measurements; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.measurements TO unknot_app;


--
-- Name: TABLE patients; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE unknot.patients TO unknot_app;


--
-- Name: TABLE recheck_runs; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.recheck_runs TO unknot_app;


--
-- Name: COLUMN recheck_runs.after_created_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(after_created_at) ON TABLE unknot.recheck_runs TO unknot_app;


--
-- Name: COLUMN recheck_runs.after_plan_id; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(after_plan_id) ON TABLE unknot.recheck_runs TO unknot_app;


--
-- Name: COLUMN recheck_runs.seen; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(seen) ON TABLE unknot.recheck_runs TO unknot_app;


--
-- Name: COLUMN recheck_runs.changed; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(changed) ON TABLE unknot.recheck_runs TO unknot_app;


--
-- Name: COLUMN recheck_runs.finished_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(finished_at) ON TABLE unknot.recheck_runs TO unknot_app;


--
-- Name: TABLE sessions; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.version; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(version) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.planned_on; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(planned_on) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.window_from; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(window_from) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.window_to; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(window_to) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.status; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(status) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.technique; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(technique) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.pressure_used; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(pressure_used) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.pressure_tolerated; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(pressure_tolerated) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.minutes; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(minutes) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.pain_before; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(pain_before) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.pain_after; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(pain_after) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.notes; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(notes) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.adverse_events; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(adverse_events) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.triage; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(triage) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.updated_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(updated_at) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: COLUMN sessions.deleted_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(deleted_at) ON TABLE unknot.sessions TO unknot_app;


--
-- Name: TABLE tenants; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT ON TABLE unknot.tenants TO unknot_app;


--
-- Name: COLUMN tenants.last_erasure_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(last_erasure_at) ON TABLE unknot.tenants TO unknot_app;


--
-- Name: TABLE therapists; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT SELECT,INSERT ON TABLE unknot.therapists TO unknot_app;


--
-- Name: COLUMN therapists.version; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(version) ON TABLE unknot.therapists TO unknot_app;


--
-- Name: COLUMN therapists.document; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(document) ON TABLE unknot.therapists TO unknot_app;


--
-- Name: COLUMN therapists.updated_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(updated_at) ON TABLE unknot.therapists TO unknot_app;


--
-- Name: COLUMN therapists.deleted_at; Type: ACL; Schema: unknot; Owner: unknot_owner
--

GRANT UPDATE(deleted_at) ON TABLE unknot.therapists TO unknot_app;


--
-- Name: TABLE migrations; Type: ACL; Schema: unknot_admin; Owner: unknot_owner
--

GRANT SELECT ON TABLE unknot_admin.migrations TO unknot_app;


--
-- PostgreSQL database dump complete
--


