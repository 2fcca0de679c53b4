#!/bin/sh
# units.sh SCENARIO…: what a running systemd makes of a package's unit, as TAP lines. Runs in a machine of machine.sh
# with the packages one_1 and one_2, whose loader is replaced by one that fails where /tmp/fail is there.
set -u

main() {
  export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
  if [ "$1" = --inside ]; then
    shift
    boot "$@"
  fi
  # All of it in a group of its own, which is taken away afterwards.
  group=$(mktemp -d /sys/fs/cgroup/container-preload-XXXXXX)
  (
    sh -c 'echo "$PPID" >"$1/cgroup.procs"' sh "$group"
    exec unshare -C -m -p --fork --kill-child sh /tmp/script --inside "$@"
  )
  find "$group" -depth -type d -exec rmdir {} ';'
}

boot() {
  mount -t proc proc /proc
  umount -l /sys/fs/cgroup
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  (
    scenarios "$@"
    systemctl --force --force poweroff
  ) &
  export container=other
  exec /lib/systemd/systemd --system --unit=basic.target --log-target=null --show-status=0
}

scenarios() {
  timeout 60 sh -c 'until systemctl is-active --quiet basic.target; do sleep 0.2; done'
  for scenario; do
    (
      set -e
      "$scenario"
    ) >"/tmp/$scenario.log" 2>&1 </dev/null
    status=$?
    sed 's/^/# /' "/tmp/$scenario.log"
    if [ "$status" -eq 0 ]; then
      echo "ok $scenario"
    else
      echo "not ok $scenario"
    fi
  done
}

# is STATE UNIT: within 20 s.
is() {
  echo "--- $2 is $1"
  tries=0
  until [ "$(systemctl is-active "$2")" = "$1" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || return 1
    sleep 0.1
  done
}

loader() {
  mkdir -p /run/container-preload
  printf '#!/bin/sh\necho load\n! [ -e /tmp/fail ]\n' >/usr/lib/one/load
}

# An application that needs the images runs on, whatever an upgrade does; the units say what is.
reload_that_fails() {
  printf '[Unit]\nRequires=container-preload.target\nAfter=container-preload.target\n[Service]\nExecStart=sleep infinity\n' >/etc/systemd/system/app.service
  dpkg --unpack /packages/one_1.deb
  loader
  dpkg --configure one
  is active one.service
  systemctl start app.service
  is active container-preload.target
  dpkg --unpack /packages/one_2.deb
  loader
  touch /tmp/fail
  dpkg --configure one
  is failed one.service
  is inactive container-preload.target
  is active app.service
  rm /tmp/fail
  dpkg --unpack /packages/one_1.deb
  loader
  dpkg --configure one
  is active one.service
  is active container-preload.target
  # One that succeeds stays as it is, and stops well.
  systemctl reload one.service
  is active one.service
  is active app.service
  systemctl stop one.service
  is inactive one.service
}

main "$@"
