"""How gunicorn serves the portal behind nginx on the same machine."""

import os

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", min(8, 2 * (os.cpu_count() or 1))))
worker_class = "gthread"
threads = 4
timeout = 120
graceful_timeout = 30
keepalive = 5
# Memory that grew with a large export goes back now and then, not with all processes at once.
max_requests = 2000
max_requests_jitter = 400
# The files that processes touch to show they live must not wait for a busy disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108
umask = 0o077
loglevel = "warning"
# Who asked for what is in nginx's log, without the query; the portal itself logs deeds.
accesslog = None
control_socket_disable = True
