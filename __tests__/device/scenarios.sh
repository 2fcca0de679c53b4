#!/bin/sh
# scenarios.sh ENGINE [--containerd] SCENARIO…: what the loader does with a real engine, told as TAP lines on standard
# output, each scenario's log before its verdict. Runs in a machine of machine.sh, with the packages of packages.ts.
set -u

engine=$1
share=/usr/share/demo
state=/var/lib/demo
intents=/var/lib/container-preload/intents
red=docker.io/library/red:1
blue=docker.io/library/blue:1
big=docker.io/library/big:1
shift
containerd=no
if [ "$1" = --containerd ]; then
  containerd=yes
  shift
fi
data=$([ "$engine" = docker ] && echo /var/lib/docker || echo /var/lib/containers)

main() {
  export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
  [ "$engine" = podman ] || start_docker
  for scenario; do
    run "$scenario" </dev/null
  done
  [ "$engine" = podman ] || stop_docker
}

start_docker() {
  mkdir -p /etc/docker
  [ "$containerd" = no ] || echo '{"features":{"containerd-snapshotter":true}}' >/etc/docker/daemon.json
  dockerd --bridge=none --iptables=false --ip6tables=false >>/tmp/dockerd.log 2>&1 &
  timeout 60 sh -c 'until docker info >/dev/null 2>&1; do sleep 0.2; done'
}

stop_docker() {
  docker_pid=$(cat /var/run/docker.pid)
  kill "$docker_pid"
  while kill -0 "$docker_pid" 2>/dev/null; do sleep 0.1; done
}

# Each scenario starts with an empty engine and without our packages.
run() {
  clean
  # Not as a condition: `set -e` would not hold in it.
  (
    set -e
    "$1"
  ) >"/tmp/$1.log" 2>&1
  status=$?
  sed 's/^/# /' "/tmp/$1.log"
  if [ "$status" -eq 0 ]; then
    echo "ok $1"
  else
    echo "not ok $1"
  fi
}

clean() {
  umount "$share" 2>/dev/null
  mount -o remount,size=1g "$data"
  "$engine" ps -aq | xargs -r "$engine" rm -f >/dev/null
  "$engine" images -aq | xargs -r "$engine" rmi -f >/dev/null
  dpkg --purge demo rival >/dev/null 2>&1
  rm -rf /var/lib/container-preload /var/lib/systemd/linger
  remove_kiosk
  mkdir -p /run/lock
}

# ---- Steps

install_package() {
  dpkg -i "/packages/demo_$1.deb"
}

# load [PACKAGE]
load() {
  echo "--- load $*"
  code=0
  "/usr/lib/${1-demo}/load" >/tmp/out 2>&1 || code=$?
  cat /tmp/out
}

check() {
  echo "--- $*"
  "$@"
}

says() {
  check grep -qe "$1" /tmp/out
}

says_not() {
  check test "$(grep -ce "$1" /tmp/out)" -eq 0
}

# leave_room KB: so much is free where the engine keeps its data.
leave_room() {
  used=$(df -Pk "$data" | awk 'NR == 2 { print $3 }')
  mount -o remount,size="$((used + $1))k" "$data"
}

# load_while_disk_fills KB TAKEN: so much is free when the loader looks, and somebody takes of it as soon as it streams.
load_while_disk_fills() {
  leave_room "$1"
  cat >/usr/sbin/zstd <<END
#!/bin/sh
[ -e "$data/filler" ] || fallocate -l ${2}k "$data/filler"
exec /usr/bin/zstd "\$@"
END
  chmod +x /usr/sbin/zstd
  load
  rm /usr/sbin/zstd "$data/filler"
}

column() {
  awk -v reference="$1" -v column="$2" '$1 == reference { print $column }' "$share/image.list"
}

id() {
  "$engine" image inspect --format '{{.Id}}' "$1" | sed 's/^sha256://'
}

# The containerd store shows the digest of the manifest.
is_packaged() {
  check test "sha256:$(id "$1")" = "$(column "$1" "$([ "$containerd" = yes ] && echo 4 || echo 3)")"
}

# By the digest of the manifest in the archive, where the store keeps it.
has_digest() {
  [ "$engine/$containerd" = docker/no ] ||
    check test "$(id "${1%:*}@$(column "$1" 4)")" = "$(id "$1")"
}

is_absent() {
  check test -z "$(id "$1" 2>/dev/null)"
}

# The files of an image are whole: what a container of it would run.
is_whole() {
  busybox_of "$1" | check cmp - /packages/busybox
}

is_damaged() {
  check test "$(busybox_of "$1" | wc -c)" -eq 0
}

# Not `export`: Docker 26.1 keeps an exported container's layers for ever.
busybox_of() {
  container=$("$engine" create --network=none "$1" true)
  "$engine" cp "$container:/bin/busybox" - | tar -xO busybox
  "$engine" rm "$container" >/dev/null
}

# Of the one store that root's engine has here.
stamp_of() {
  echo "$state/$engine-$(store)-$(column "$1" 2).stamp"
}

intent_of() {
  digest=$(column "$1" 3)
  echo "$intents/$engine-$(store)-$(column "$1" 2)-${digest#sha256:}"
}

store() {
  case $engine/$containerd in
    podman/*) echo overlay ;;
    */yes) echo overlayfs+io.containerd.snapshotter.v1 ;;
    *) echo overlay2 ;;
  esac
}

# begin REFERENCE: an intent for the image as it stands, as if its load had brought all of it.
begin() {
  mkdir -p "$intents"
  items=$(column "$1" 9 | sed 's|:[0-9]*||g' | tr , ' ')
  {
    grep -e ^engine= -e ^driver= -e ^reference= -e ^config= -e ^manifest= "$(stamp_of "$1")"
    echo package=demo
    echo brings="$(column "$1" 3 | sed 's/.*://')" "$(column "$1" 4 | sed 's/.*://')" "$items"
  } >"$(intent_of "$1")"
}

is_finished() {
  check test -e "$(stamp_of "$1")"
  check test ! -e "$(intent_of "$1")"
}

import_other() {
  printf 'somebody else' >/tmp/other
  tar -C /tmp -c other | "$engine" import - "$1"
}

# ---- Scenarios

first_load() {
  install_package 1
  load
  [ "$code" -eq 0 ]
  says '^loading 2 images in one stream, each layer once (.* MB):$'
  says 'loading 1 of 2: docker.io/library/red:1 (.* MB)'
  says '^2 loaded, 0 already there, 0 kept (changed by somebody), 0 failed, 1 kept as files$'
  for image in "$red" "$blue"; do
    is_packaged "$image"
    is_finished "$image"
    is_whole "$image"
    has_digest "$image"
  done
  # Under no other name.
  check test "$("$engine" images --quiet | wc -l)" -eq 2
  is_absent docker.io/library/file:1
  check test ! -e "$state/tmp"
  check test -z "$(ls -A /var/tmp)"
}

# Room for each, but not for one stream of both.
image_by_image() {
  install_package 1+big
  leave_room_for_single_ones
  load
  [ "$code" -eq 0 ]
  says_not 'in one stream'
  says "^loading 1 of 2: $big (.* MB)\$"
  says "^loading 2 of 2: $red (.* MB, of which 1 MB are new)\$"
  for image in "$big" "$red"; do
    is_packaged "$image"
    is_finished "$image"
    is_whole "$image"
    has_digest "$image"
  done
}

# Docker spools under its data root as well.
leave_room_for_single_ones() {
  leave_room "$([ "$engine" = docker ] && echo 160000 || echo 80000)"
}

nothing_to_do() {
  install_package 1
  load
  mkdir /tmp/away
  mount --bind /tmp/away "$share/layers"
  load
  umount "$share/layers"
  [ "$code" -eq 0 ]
  says '^0 loaded, 2 already there'
}

original() {
  install_package 1+original
  load
  [ "$code" -eq 0 ]
  is_packaged "$red"
  is_whole "$blue"
}

# Asked twice, an engine that has everything costs next to nothing, its client included.
idle() {
  install_package 1
  load
  (
    /usr/lib/demo/load
    times
  ) >/tmp/out
  cat /tmp/out
  says '^0 loaded, 2 already there'
  # shellcheck disable=SC2016 # awk's
  check awk -F '[ms ]+' '/^[0-9]+m/ { spent += $1 * 60 + $2 + $3 * 60 + $4 } END { print spent " s"; exit spent > 0.3 }' /tmp/out
}

# The base's file is not read again: another package has loaded it.
shared_base() {
  dpkg -i /packages/rival_1.deb
  load rival
  install_package 1
  empty_base
  load
  [ "$code" -eq 0 ]
  says 'loading 1 of 2: docker.io/library/red:1 (.* MB, of which 1 MB are new)'
  for image in "$red" "$blue"; do
    is_packaged "$image"
    is_whole "$image"
  done
}

empty_base() {
  : >"$share/$(column "$red" 8 | cut -d , -f 1)"
}

upgrade_streams_what_is_new() {
  install_package 1
  load
  install_package 2
  empty_base
  load
  [ "$code" -eq 0 ]
  for image in "$red" "$blue"; do
    is_packaged "$image"
    is_whole "$image"
  done
}

# Layers that only a stamp has.
refused() {
  install_package 1
  load
  stamp=$(stamp_of "$red")
  install_package 1+big
  sed -i "s|^layers=.*|layers=$(column "$big" 8)|" "$stamp"
  load
  [ "$code" -eq 0 ]
  says "$engine does not take $big without layers that it should have: loading all of it"
  is_packaged "$big"
  is_whole "$big"
  is_finished "$big"
}

# The stamp of green says that it brought blue's layers.
refused_together() {
  dpkg -i /packages/rival_1.deb
  load rival
  install_package 1
  sed -i "s|^layers=.*|layers=$(column "$blue" 8)|" /var/lib/rival/*.stamp
  load
  [ "$code" -eq 0 ]
  says "^one stream was not possible, so image by image: $engine failed"
  says "$engine does not take $blue without layers that it should have: loading all of it"
  for image in "$red" "$blue" docker.io/library/green:1; do
    is_whole "$image"
  done
  is_finished "$red"
  is_finished "$blue"
}

replaced() {
  install_package 1
  sed -i 's/^remove_replaced=.*/remove_replaced=yes/' /etc/container-preload/demo.conf
  load
  old_red=$(id "$red") old_blue=$(id "$blue")
  container=$("$engine" create --network=none "$blue" true)
  install_package 2
  load
  [ "$code" -eq 0 ]
  is_absent "$old_red"
  is_whole "$red"
  if [ "$containerd" = no ]; then
    check test "$(id "$old_blue")" = "$old_blue"
    "$engine" rm "$container"
    load
    says "^removed the image that $blue has replaced"
    is_absent "$old_blue"
  fi
  is_whole "$blue"
  # The containerd store keeps the old image without a name for the container that is still there.
  [ "$containerd" = yes ] || check grep -qx 'replaced=' "$(stamp_of "$blue")"
}

# A tag of the user is a use, though an engine would remove an image with its last one.
replaced_but_tagged() {
  install_package 1
  sed -i 's/^remove_replaced=.*/remove_replaced=yes/' /etc/container-preload/demo.conf
  load
  old=$(id "$red")
  "$engine" tag "$red" mine:1
  install_package 2
  load
  [ "$code" -eq 0 ]
  check test "$(id mine:1)" = "$old"
}

# So is a name by digest, which no engine counts as a tag.
replaced_but_named_by_digest() {
  install_package 1
  sed -i 's/^remove_replaced=.*/remove_replaced=yes/' /etc/container-preload/demo.conf
  load
  old=$(id "$red")
  name_by_digest "docker.io/library/mine@$(column "$red" 4)"
  install_package 2
  load
  [ "$code" -eq 0 ]
  check test "$(id "$old")" = "$old"
  check grep -q "^replaced=..*$old" "$(stamp_of "$red")" || [ "$containerd" = yes ]
}

# As a pull by digest from a registry would name red.
name_by_digest() {
  case $engine/$containerd in
    */yes) ctr --address /run/docker/containerd/containerd.sock --namespace moby images tag "$red" "$1" ;;
    docker/*)
      stop_docker
      sed -i "s|{\"Repositories\":{|&\"mine\":{\"${1#docker.io/library/}\":\"sha256:$old\"},|" /var/lib/docker/image/overlay2/repositories.json
      start_docker
      ;;
    podman/*) sed -i "s|\"$red\"|&,\"$1\"|" /var/lib/containers/storage/overlay-images/images.json ;;
  esac
}

replaced_is_kept() {
  install_package 1
  load
  old=$(id "$red")
  install_package 2
  load
  [ "$containerd" = yes ] || check test "$(id "$old")" = "$old"
}

# Version 3 has other images than version 1.
dropped() {
  install_package 1
  load
  container=$("$engine" create --network=none "$red" true)
  "$engine" tag "$blue" mine:1
  install_package 3
  load
  says_not '^removed'
  is_whole "$blue"
  sed -i 's/^remove_replaced=.*/remove_replaced=yes/' /etc/container-preload/demo.conf
  load
  [ "$code" -eq 0 ]
  says "^removed $blue, which this version of the package does not have"
  is_absent "$blue"
  is_whole mine:1
  is_whole "$red"
  "$engine" rm "$container"
  load
  says "^removed $red, which this version of the package does not have"
  is_absent "$red"
  is_whole docker.io/library/green:1
  check test "$(echo "$state"/*.stamp)" = "$(stamp_of docker.io/library/green:1)"
  load
  says_not '^removed'
  install_package 1
  load
  [ "$code" -eq 0 ]
  is_whole "$red"
  is_absent docker.io/library/green:1
}

# Red was there before the package, blue's tag was moved, and green is the rival's too.
dropped_but_not_ours() {
  dpkg -i /packages/rival_1.deb
  load rival
  install_package 3
  sed -i 's/^remove_replaced=.*/remove_replaced=yes/' /etc/container-preload/demo.conf
  load
  install_package 1
  cat "$share/layers/"*.zst "$share/$(column "$red" 7)" | zstd -dc | "$engine" load
  load
  [ "$code" -eq 0 ]
  is_whole docker.io/library/green:1
  import_other "$blue"
  install_package 3
  load
  [ "$code" -eq 0 ]
  says_not '^removed'
  is_whole "$red"
  check "$engine" image inspect "$blue" >/dev/null
}

# A pull by digest gives red such a name, in its own repository.
dropped_but_named_by_digest() {
  install_package 1
  sed -i 's/^remove_replaced=.*/remove_replaced=yes/' /etc/container-preload/demo.conf
  load
  old=$(id "$red") name=docker.io/library/red@$(column "$red" 4)
  case $engine in
    docker)
      stop_docker
      sed -i "s|\"red:1\":\"sha256:$old\"|&,\"${name#docker.io/library/}\":\"sha256:$old\"|" \
        /var/lib/docker/image/overlay2/repositories.json
      start_docker
      ;;
    podman) name_by_digest "$name" ;;
  esac
  check test "$(id "$name")" = "$old"
  install_package 3
  load
  [ "$code" -eq 0 ]
  check test "$(id "$name")" = "$old"
}

replaced_but_there_before() {
  install_package 1
  sed -i 's/^remove_replaced=.*/remove_replaced=yes/' /etc/container-preload/demo.conf
  cat "$share/layers/"*.zst "$share/$(column "$red" 7)" | zstd -dc | "$engine" load
  load
  old=$(id "$red")
  install_package 2
  load
  [ "$code" -eq 0 ]
  is_packaged "$red"
  check test "$(id "$old")" = "$old"
}

# The power goes in the load of what replaces red, with nothing of it there yet.
replaced_by_a_cut_upgrade() {
  install_package 1
  sed -i 's/^remove_replaced=.*/remove_replaced=yes/' /etc/container-preload/demo.conf
  load
  old=$(id "$red")
  install_package 2
  begin "$red"
  new=$(column "$red" 9 | sed 's|:[0-9]*||g; s/.*,//') config=$(column "$red" 3) manifest=$(column "$red" 4)
  sed -i "s/^config=.*/config=$config/; s/^manifest=.*/manifest=$manifest/
    s/^brings=.*/brings=${config#*:} ${manifest#*:} $new /" "$(intent_of "$red")"
  load
  [ "$code" -eq 0 ]
  is_whole "$red"
  is_absent "$old"
}

# Podman records an image before it has its config, and lists no image while one is so.
half_recorded() {
  install_package 1
  load
  begin "$red"
  begin "$blue"
  rm "$state"/*.stamp
  images=/var/lib/containers/storage/overlay-images half=$(id "$red")
  layer=$(grep -o '"layer":"[0-9a-f]*"' "$images/images.json" | head -n 1)
  echo "[{\"id\":\"$half\",$layer,\"created\":\"2026-01-01T00:00:00Z\"}]" >"$images/images.json"
  rm -r "${images:?}/$half"/*
  check test "$(podman images --all --quiet >/dev/null 2>&1 || echo "$?")" -eq 125
  load
  [ "$code" -eq 0 ]
  for image in "$red" "$blue"; do
    is_whole "$image"
    is_finished "$image"
  done
}

# Everything that the user's Podman needs is asked for in turn, by what has to be done.
for_user() {
  install_package 1+user
  load
  [ "$code" -eq 1 ]
  says 'the user kiosk, who does not exist: create the user, then: systemctl restart demo.service'
  useradd --create-home kiosk
  uid=$(command id -u kiosk)
  sed -i /^kiosk:/d /etc/subuid
  load
  [ "$code" -eq 1 ]
  says 'kiosk has no subordinate user and group IDs: usermod --add-subuids 100000-165535 --add-subgids'
  usermod --add-subuids 100000-165535 kiosk
  load
  [ "$code" -eq 1 ]
  says "/run/user/$uid is missing: loginctl enable-linger kiosk, then: systemctl restart demo.service"
  install -d -m 700 -o kiosk -g kiosk "/run/user/$uid"
  load
  [ "$code" -eq 0 ]
  says 'kiosk does not linger, .*: loginctl enable-linger kiosk'
  says 'loading 2 of 2: .* (.* MB, of which 1 MB are new)'
  for image in "$red" "$blue"; do
    is_absent "$image"
    check test "sha256:$(kiosk podman image inspect --format '{{.Id}}' "$image")" = "$(column "$image" 3)"
    container=$(kiosk podman create --network=none "$image" true)
    kiosk podman cp "$container:/bin/busybox" - | tar -xO busybox | check cmp - /packages/busybox
    kiosk podman rm "$container"
  done
  check test "$(stat -c %U "$state/podman@kiosk-"*"-$(column "$red" 2).stamp")" = root
  check test ! -e "$state/tmp"
  mkdir -p /var/lib/systemd/linger
  touch /var/lib/systemd/linger/kiosk
  load
  [ "$code" -eq 0 ]
  says '^0 loaded, 2 already there'
  says_not 'does not linger'
  /usr/lib/demo/load --status >/tmp/out
  says "^loaded .* $red\$"
}

# What a user's Podman has and what root's has are two things, as are their cut loads.
user_beside_root() {
  useradd --create-home kiosk
  install -d -m 700 -o kiosk -g kiosk "/run/user/$(command id -u kiosk)"
  install_package 1
  load
  begin "$red"
  install_package 1+user
  load
  [ "$code" -eq 0 ]
  says '^2 loaded'
  says_not 'was interrupted'
  install_package 1
  load
  [ "$code" -eq 0 ]
  says "an earlier load of $red, .* was interrupted"
}

# Version 1 is loaded for root, then for the user, and version 2 for root: what root's Podman had is known.
user_and_back() {
  useradd --create-home kiosk
  install -d -m 700 -o kiosk -g kiosk "/run/user/$(command id -u kiosk)"
  install_package 1
  load
  install_package 1+user
  load
  [ "$code" -eq 0 ]
  install_package 2
  load
  [ "$code" -eq 0 ]
  says '^2 loaded, 0 already there, 0 kept'
  is_packaged "$red"
}

# This machine's root is an overlay in memory, as a device's can be.
state_in_memory() {
  install_package 1
  load
  says_not 'is in memory'
  mount -o loop /packages/disk.ext4 "$data"
  load
  umount -l "$data"
  [ "$code" -eq 0 ]
  says "^$intents is in memory, but $data/storage is not"
}

kiosk() {
  uid=$(command id -u kiosk)
  setpriv --reuid "$uid" --regid "$uid" --init-groups -- env -i -C / PATH="$PATH" HOME=/home/kiosk XDG_RUNTIME_DIR="/run/user/$uid" "$@"
}

remove_kiosk() {
  getent passwd kiosk >/dev/null || return 0
  pause=/run/user/$(command id -u kiosk)/libpod/tmp/pause.pid
  [ ! -e "$pause" ] || kill "$(cat "$pause")"
  userdel --force --remove kiosk 2>/dev/null
  rm -rf /home/kiosk /run/user/*
}

verified() {
  install_package 1
  code=0
  /usr/lib/demo/load --verify >/tmp/out 2>&1 || code=$?
  cat /tmp/out
  check test "$code" -eq 0
  rm "$share/$(column "$red" 7)"
  /usr/lib/demo/load --verify >/tmp/out 2>&1 || code=$?
  check test "$code" -eq 1
  says '^demo: files of 1 image are damaged or missing: install the package demo again$'
  code=0
  echo more >>"$share/$(column "$blue" 7)"
  /usr/lib/demo/load --verify >/tmp/out 2>&1 || code=$?
  cat /tmp/out
  check test "$code" -eq 1
  says "^missing   $red\$"
  says "^damaged   $blue\$"
  says "^ *$share/$(column "$blue" 7)\$"
  says '^demo: files of 2 images are damaged or missing: install the package demo again$'
}

pruned() {
  install_package 1
  load
  "$engine" rmi -f "$red"
  load
  says '^1 loaded, 1 already there'
  is_packaged "$red"
}

updated_live() {
  install_package 1
  load
  import_other "$red"
  other=$(id "$red")
  load
  [ "$code" -eq 0 ]
  says '^0 loaded, 1 already there, 1 kept'
  check test "$(id "$red")" = "$other"
  install_package 2
  load
  says '^1 loaded, 0 already there, 1 kept'
  check test "$(id "$red")" = "$other"
}

overruled() {
  install_package 1
  load
  import_other "$red"
  sed -i 's/^conflict=.*/conflict=package/' /etc/container-preload/demo.conf
  load
  says '^1 loaded, 1 already there, 0 kept'
  is_packaged "$red"
}

upgrade() {
  install_package 1
  load
  old=$(id "$red")
  install_package 2
  load
  says '^2 loaded, 0 already there'
  is_packaged "$red"
  is_whole "$red"
  check test "$(id "$red")" != "$old"
}

downgrade() {
  install_package 2
  load
  install_package 1
  load
  says '^2 loaded, 0 already there'
  is_packaged "$red"
}

never_ours() {
  install_package 1
  cat "$share/layers/"*.zst "$share/$(column "$red" 7)" | zstd -dc | "$engine" load
  load
  says '^1 loaded, 1 already there'
  install_package 2
  load
  says '^2 loaded'
  is_packaged "$red"
}

bad_fragments() {
  install_package 1+bad
  load
  [ "$code" -eq 1 ]
  says '^one stream was not possible, so image by image: '
  says '^1 loaded, .* 3 failed'
  says 'cannot load docker.io/library/truncated:1: zstd failed'
  says 'cannot load docker.io/library/wrong:1: .* failed'
  says 'cannot load docker.io/library/lost:1: .* is missing: install the package demo again'
  is_packaged "$blue"
  for image in truncated wrong lost; do
    is_absent "docker.io/library/$image:1"
  done
}

# The whole loader is killed at several instants of a load; the next load makes it good.
killed_in_load() {
  kill_loads "$big"
}

killed_in_one_stream() {
  kill_loads "$big" "$red"
}

# kill_loads IMAGE…: that the engine lacks.
kill_loads() {
  cut=0
  install_package 1+big
  load
  "$engine" rmi -f "$@"
  dpkg --purge demo
  for delay in 0 0.05 0.1 0.2 0.4; do
    install_package 1+big
    intent=$(intent_of "$big")
    setsid /usr/lib/demo/load >/tmp/out 2>&1 &
    timeout 60 sh -c "until [ -e '$intent' ]; do sleep 0.01; done"
    sleep "$delay"
    kill -9 "-$!" || true
    wait "$!" || true
    [ ! -e "$intent" ] || cut=$((cut + 1))
    check test "$(grep -c 'in one stream' /tmp/out)" -eq "$(($# - 1))"
    load
    [ "$code" -eq 0 ]
    for image in "$big" "$red"; do
      is_packaged "$image"
      is_whole "$image"
      is_finished "$image"
    done
    check test ! -e "$state/tmp"
    check test -z "$(ls -A /var/tmp)"
    "$engine" rmi -f "$@"
    dpkg --purge demo
  done
  check test "$cut" -gt 0
}

# What a power cut leaves: a listed image with files of 0 bytes, an intent, no stamp.
damaged_by_power_cut() {
  install_package 1
  load
  cut_power
  is_damaged "$red"
  load
  is_repaired
}

# The same, but the engine had not recorded the images yet: their layers are there alone.
damaged_and_not_recorded() {
  install_package 1
  load
  cut_power forget_images
  is_absent "$red"
  load
  is_repaired
}

cut_power() {
  [ "$engine" = podman ] || stop_docker
  for image in "$red" "$blue"; do
    begin "$image"
    rm "$(stamp_of "$image")"
  done
  find "$data" \( -path '*/diff/*' -o -path '*/fs/*' \) -name busybox -exec truncate -s 0 {} +
  "${1-true}"
  [ "$engine" = podman ] || start_docker
}

forget_images() {
  case $engine in
    docker)
      rm -rf /var/lib/docker/image/overlay2/imagedb/*/sha256/*
      echo '{"Repositories":{}}' >/var/lib/docker/image/overlay2/repositories.json
      ;;
    podman)
      rm -rf /var/lib/containers/storage/overlay-images
      ;;
  esac
}

is_repaired() {
  [ "$code" -eq 0 ]
  says "an earlier load of $red, .* was interrupted"
  for image in "$red" "$blue"; do
    is_packaged "$image"
    is_whole "$image"
    is_finished "$image"
  done
}

# Another package with the same base loads first at boot; then the one that was cut.
damage_shared_by_packages() {
  install_package 1
  load
  cut_power
  dpkg -i /packages/rival_1.deb
  load rival
  [ "$code" -eq 0 ]
  is_whole docker.io/library/green:1
  load
  is_repaired
  is_whole docker.io/library/green:1
  load rival
  says '^0 loaded, 1 already there'
  check rmdir "$intents"
}

# Version 3 does not have the images of version 1, but their base.
damage_outlives_list() {
  install_package 1
  load
  cut_power
  install_package 3
  load
  [ "$code" -eq 0 ]
  is_absent "$red"
  is_whole docker.io/library/green:1
  load
  says '^0 loaded, 1 already there'
}

damage_outlives_purge() {
  install_package 1
  load
  cut_power
  dpkg --purge demo
  check test -d "$intents"
  install_package 1
  load
  is_repaired
  dpkg --purge demo
  check test ! -e /var/lib/container-preload
}

damage_outlives_removal() {
  install_package 1
  load
  cut_power
  dpkg --remove demo
  dpkg -i /packages/rival_1.deb
  load rival
  [ "$code" -eq 0 ]
  is_whole docker.io/library/green:1
}

damage_kept_by_tag() {
  install_package 1
  load
  "$engine" tag "$red" mine:1
  cut_power
  load
  [ "$code" -eq 1 ]
  says "cannot load $red: an interrupted load can't be undone while .*mine:1"
  "$engine" rmi mine:1
  load
  is_repaired
}

# Nothing is taken away for a repair that cannot be made: red and blue have one base, and red has a tag more.
damage_kept_by_neighbour() {
  install_package 1
  load
  "$engine" tag "$red" mine:1
  begin "$red"
  load
  [ "$code" -eq 1 ]
  says "cannot load $red: an interrupted load can't be undone while .*mine:1"
  says "cannot load $blue: an interrupted load can't be undone while .*mine:1"
  for image in "$red" "$blue" mine:1; do
    is_whole "$image"
  done
  "$engine" rmi mine:1
  load
  is_repaired
}

# The same for the image of a package that is gone.
damage_of_another_kept() {
  dpkg -i /packages/rival_1.deb
  load rival
  "$engine" tag docker.io/library/green:1 mine:1
  share=/usr/share/rival state=/var/lib/rival begin docker.io/library/green:1
  dpkg --remove rival
  install_package 1
  load
  [ "$code" -eq 1 ]
  says "docker.io/library/green:1 of the package demo: .* while .*mine:1"
  is_whole docker.io/library/green:1
}

# Engines name an image when it is whole; the power can go before that.
damaged_and_not_named() {
  install_package 1
  load
  cut_power forget_names
  is_absent "$red"
  load
  is_repaired
  check test -z "$("$engine" images --quiet --filter dangling=true)"
}

forget_names() {
  case $engine in
    docker) echo '{"Repositories":{}}' >/var/lib/docker/image/overlay2/repositories.json ;;
    podman)
      podman untag "$blue"
      # As an older Podman names it meanwhile.
      podman tag "$red" "localhost/container-preload-$(column "$red" 2)"
      podman untag "$red" "$red"
      ;;
  esac
}

damaged_stamp() {
  install_package 1
  load
  sed -i 's/^layers=.*/layers=a b c d/' "$(stamp_of "$red")"
  "$engine" rmi -f "$red"
  load
  [ "$code" -eq 0 ]
  is_finished "$red"
}

tag_of_two_packages() {
  dpkg -i /packages/rival_2.deb
  load rival
  install_package 1
  load
  [ "$code" -eq 1 ]
  says "cannot load $red: the package rival has put another image under this name"
}

# It stays with whom it came to first, at every boot.
tag_that_two_would_take_back() {
  dpkg -i /packages/rival_2.deb
  install_package 1
  sed -i 's/^conflict=.*/conflict=package/' /etc/container-preload/*.conf
  load
  [ "$code" -eq 0 ]
  load rival
  [ "$code" -eq 1 ]
  says "cannot load $red: the package demo has put another image under this name"
  load
  [ "$code" -eq 0 ]
  says '^0 loaded'
  is_packaged "$red"
}

# An engine that cannot tell of containers may have one of the image, which would go with it.
use_unknown() {
  install_package 1
  load
  container=$("$engine" create --network=none "$red" true)
  begin "$red"
  cat >"/usr/sbin/$engine" <<END
#!/bin/sh
[ "\$1" != ps ] || exit 125
exec /usr/bin/$engine "\$@"
END
  chmod +x "/usr/sbin/$engine"
  load
  rm "/usr/sbin/$engine"
  hash -r
  [ "$code" -eq 1 ]
  check "$engine" inspect "$container" >/dev/null
}

# Blue is loaded nowhere where its stamp cannot be written, and the reason is said of both.
state_full() {
  install_package 1
  cat "$share/layers/"*.zst "$share/$(column "$red" 7)" | zstd -dc | "$engine" load
  mkdir -p "$state"
  mount -t tmpfs -o size=64k memory "$state"
  dd if=/dev/zero of="$state/filler" bs=4k 2>/dev/null || true
  load
  umount "$state"
  [ "$code" -eq 1 ]
  says '^the state cannot be written: '
  says "^cannot load $blue: "
  says '^0 loaded, 1 already there'
}

used_by_container() {
  install_package 1
  load
  container=$("$engine" create --network=none "$red" true)
  begin "$red"
  load
  [ "$code" -eq 1 ]
  says "cannot load $red: .* or a container that uses the image"
  check "$engine" inspect "$container" >/dev/null
}

delete_after_load() {
  install_package 1
  sed -i 's/^delete_after_load=.*/delete_after_load=yes/' /etc/container-preload/demo.conf
  load
  [ "$code" -eq 0 ]
  says 'deleted the files of the loaded images'
  file=docker.io/library/file:1
  for fragment in $(column "$file" 8 | tr , ' ') "$(column "$file" 7)"; do
    check test -e "$share/$fragment"
  done
  check test "$(find "$share/layers" -type f | wc -l)" -eq 1
  check test "$(find "$share/images" -type f | wc -l)" -eq 1
  load
  [ "$code" -eq 0 ]
  "$engine" rmi -f "$red"
  load
  [ "$code" -eq 1 ]
  says "cannot load $red: its files were deleted"
  install_package 1
  load
  [ "$code" -eq 0 ]
  is_packaged "$red"
}

read_only_usr() {
  install_package 1
  sed -i 's/^delete_after_load=.*/delete_after_load=yes/' /etc/container-preload/demo.conf
  mount --bind -o ro "$share" "$share"
  mount -o remount,bind,ro "$share"
  load
  [ "$code" -eq 0 ]
  check test "$(grep -c 'read-only' /tmp/out)" -eq 1
  is_packaged "$red"
}

low_disk() {
  install_package 1+big
  mount -o remount,size=40m "$data"
  load
  [ "$code" -eq 1 ]
  says 'not enough space in .* MB needed, .* MB free; nothing was loaded'
  is_absent "$big"
  mount -o remount,size=1g "$data"
  load
  [ "$code" -eq 0 ]
}

# What the registry compressed is spooled as it came.
original_fits() {
  install_package 1+original
  leave_room 100000
  mkdir -p "$state"
  mount -t tmpfs -o size=80m spool "$state"
  load
  umount "$state"
  [ "$code" -eq 0 ]
  is_packaged "$big"
  is_whole "$big"
}

full_disk() {
  install_package 1+big
  load
  "$engine" rmi -f "$big"
  load_while_disk_fills 300000 280000
  [ "$code" -eq 1 ]
  says "cannot load $big: .*$engine failed with code .*no space left"
  is_packaged "$red"
  is_absent "$big"
  mount -o remount,size=1g "$data"
  load
  [ "$code" -eq 0 ]
  is_packaged "$big"
  is_whole "$big"
}

# The same with one stream: what has room is loaded all the same. What the containerd store took in of a stream that
# failed it keeps for some time: there is no room then.
full_disk_in_one_stream() {
  install_package 1+big
  load_while_disk_fills 300000 280000
  [ "$code" -eq 1 ]
  says '^one stream was not possible, so image by image: .*no space left'
  says "cannot load $big: .*$engine failed with code .*no space left"
  is_absent "$big"
  [ "$containerd" = yes ] || is_whole "$red"
  check test -z "$(ls -A "$intents")"
  mount -o remount,size=1g "$data"
  load
  [ "$code" -eq 0 ]
  for image in "$big" "$red"; do
    is_packaged "$image"
    is_whole "$image"
  done
}

# An upgrade that cannot be loaded takes nothing away, and the next one can.
failed_upgrade() {
  install_package 1
  load
  install_package 2
  truncate -s 20 "$share/$(column "$red" 8 | cut -d , -f 2)"
  load
  [ "$code" -eq 1 ]
  says "cannot load $red: zstd failed"
  is_packaged "$blue"
  install_package 2
  load
  [ "$code" -eq 0 ]
  is_packaged "$red"
  is_packaged "$blue"
  is_whole "$red"
}

full_disk_in_upgrade() {
  install_package 1
  load
  old=$(id "$red")
  install_package 2+big
  # For the containerd store so much that the stream comes in and cannot be unpacked.
  if [ "$containerd" = yes ]; then room=260000 fill=170000; else room=300000 fill=280000; fi
  load_while_disk_fills "$room" "$fill"
  [ "$code" -eq 1 ]
  [ "$(id "$red")" = "$old" ]
  is_whole "$red"
  mount -o remount,size=1g "$data"
  load
  [ "$code" -eq 0 ]
  is_packaged "$red"
  is_whole "$red"
  [ -z "$("$engine" images -q container-preload.invalid/*)" ]
}

status() {
  install_package 1
  check /usr/lib/demo/load --status >/tmp/out
  says "^absent  .* $red$"
  says '^file  .* docker.io/library/file:1$'
  load
  import_other "$blue"
  /usr/lib/demo/load --status >/tmp/out
  cat /tmp/out
  says "^loaded  .* $red$"
  says "^changed  .* $blue$"
  code=0
  /usr/lib/demo/load --verfy >/tmp/out 2>&1 || code=$?
  check test "$code" -eq 2
}

main "$@"
