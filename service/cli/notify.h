/* Tells the service manager how it stands (systemd's Type=notify), without its library. */
#ifndef UNKNOT_CLI_NOTIFY_H
#define UNKNOT_CLI_NOTIFY_H

/* Takes NOTIFY_SOCKET out of the environment, so that no child speaks for us. Before any thread. */
void notify_open(void);

/* One message, such as "READY=1"; nothing happens where nobody listens. */
void notify_say(const char *message);

/* Says that it is taking over new settings; "READY=1" says that this is over. */
void notify_reloading(void);

#endif
