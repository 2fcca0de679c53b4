#!/bin/sh
# dpkg.sh SCENARIO…: what dpkg, update-alternatives and systemd's tools say of two loader packages, as TAP
# lines. Runs in a machine of machine.sh; the packages are one_1, one_2, two_1 and two_2.
set -u

units=/usr/lib/systemd/system
links=/etc/systemd/system

main() {
  export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
  find / -xdev -not -path '/proc/*' -not -path '/tmp/*' | sort >/tmp/before
  for scenario; do
    dpkg --purge one two >/dev/null 2>&1
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

check() {
  echo "--- $*"
  "$@"
}

install_deb() {
  dpkg -i "/packages/$1.deb"
  check test -z "$(dpkg --audit)"
  has_target
}

take_away() {
  dpkg "$@"
  check test -z "$(dpkg --audit)"
}

has_target() {
  check grep -q '^Description=' "$units/container-preload.target"
}

has_no_target() {
  check test ! -e "$units/container-preload.target"
  check test ! -L "$units/container-preload.target"
}

is_enabled() {
  check test -e "$links/multi-user.target.wants/$1.service"
  check test -e "$links/container-preload.target.requires/$1.service"
}

# A link to a missing unit keeps the target from being reached.
is_unlinked() {
  check test ! -L "$links/multi-user.target.wants/$1.service"
  check test ! -L "$links/container-preload.target.requires/$1.service"
}

nothing_is_left() {
  find / -xdev -not -path '/proc/*' -not -path '/tmp/*' | sort >/tmp/after
  echo '--- nothing is left'
  ! diff /tmp/before /tmp/after | grep '^>' |
    grep -v -e /var/lib/dpkg/ -e /var/log/ -e /etc/systemd/system/multi-user.target.wants$
}

removed_in_every_order() {
  for order in 'one two' 'two one'; do
    for way in --remove --purge; do
      for installed in 'one_1 two_1' 'two_1 one_1'; do
        for package in $installed; do install_deb "$package"; done
        # shellcheck disable=SC2086 # two words
        set -- $order
        is_enabled one
        is_enabled two
        take_away "$way" "$1"
        has_target
        is_unlinked "$1"
        is_enabled "$2"
        take_away "$way" "$2"
        has_no_target
        is_unlinked "$2"
        dpkg --purge one two
        nothing_is_left
      done
    done
  done
}

upgraded_in_every_order() {
  for order in 'one two' 'two one'; do
    # shellcheck disable=SC2086 # two words
    set -- $order
    install_deb one_1
    install_deb two_1
    install_deb "$1_2"
    is_enabled "$1"
    take_away --remove "$2"
    has_target
    install_deb "$2_2"
    take_away --remove "$1"
    has_target
    # A downgrade, and an installation over what removal left.
    install_deb "$1_1"
    is_enabled "$1"
    take_away --purge one two
    has_no_target
    nothing_is_left
  done
}

removed_together() {
  dpkg -i /packages/one_1.deb /packages/two_1.deb
  has_target
  take_away --purge one two
  has_no_target
  nothing_is_left
}

settings_survive() {
  install_deb one_1
  echo 'conflict=package' >/etc/container-preload/one.conf
  install_deb one_2
  check grep -q '^conflict=package' /etc/container-preload/one.conf
  systemctl disable one.service
  install_deb one_1
  is_unlinked one
}

purge_removes_state() {
  install_deb one_1
  mkdir -p /var/lib/one/tmp
  touch /var/lib/one/00.stamp
  take_away --remove one
  check test -e /var/lib/one/00.stamp
  check test -e /etc/container-preload/one.conf
  intents=/var/lib/container-preload/intents
  mkdir -p "$intents"
  touch "$intents/docker-0-0"
  take_away --purge one
  check test ! -e /var/lib/one
  # A load that was cut is remembered for whoever loads next.
  check test -e "$intents/docker-0-0"
  rm "$intents/docker-0-0"
  install_deb one_1
  take_away --purge one
  nothing_is_left
}

# An image builder's chroot: nothing runs, and the unit is enabled for the first boot.
nothing_runs_without_systemd() {
  record_systemctl
  install_deb one_1
  install_deb one_2
  is_enabled one
  take_away --remove one
  umount /usr/bin/systemctl
  check test -z "$(asked_for 'start\|reload\|restart\|stop')"
  check test ! -e /var/lib/dpkg/info/one.triggers
}

# A running system whose administrator does not want packages to start anything, and then does.
policy_is_respected() {
  mkdir -p /run/systemd/system
  record_systemctl
  echo '#!/bin/sh
exit 101' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  install_deb one_1
  check test -z "$(asked_for 'start\|reload\|restart\|stop')"
  rm /usr/sbin/policy-rc.d
  install_deb one_2
  check test "$(asked_for 'start\|reload\|restart\|stop')" = start
  umount /usr/bin/systemctl
  rmdir /run/systemd/system
}

# Writes down what it is asked, and does what needs no running systemd. No unit is active.
record_systemctl() {
  : >/tmp/systemctl.log
  cp /usr/bin/systemctl /tmp/systemctl.real
  cat >/tmp/systemctl <<'END'
#!/bin/sh
echo "$*" >>/tmp/systemctl.log
case "$*" in
  *is-active*) exit 3 ;;
  *is-enabled* | *preset* | *enable*) SYSTEMD_OFFLINE=1 exec /tmp/systemctl.real "$@" ;;
esac
END
  chmod 755 /tmp/systemctl
  mount --bind /tmp/systemctl /usr/bin/systemctl
}

# asked_for VERBS: those that one.service was asked for.
asked_for() {
  sed -n "s/.*\b\($1\)\b.* one\.service$/\1/p" /tmp/systemctl.log
}

units_are_right() {
  install_deb one_1
  install_deb two_1
  check systemd-analyze verify --recursive-errors=no one.service two.service container-preload.target
  check test "$(readlink -f "$units/container-preload.target")" = /usr/share/one/container-preload.target ||
    check test "$(readlink -f "$units/container-preload.target")" = /usr/share/two/container-preload.target
}

main "$@"
