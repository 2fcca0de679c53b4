# All that is asked of the engine.

# Runs the engine's client. Podman leaves a process behind for its user: it must not keep the lock.
engine() {
  as_user "$ENGINE" "$@" 9>&-
}

# Runs a program as the owner of the engine. For a user: with nothing of root's environment.
as_user() {
  if [ -z "$RUN_AS" ]; then
    "$@"
  else
    setpriv --reuid "$uid" --regid "$gid" --init-groups -- \
      env -i PATH="$PATH" LC_ALL=C HOME="$home" USER="$RUN_AS" LOGNAME="$RUN_AS" \
      XDG_RUNTIME_DIR="$runtime" DBUS_SESSION_BUS_ADDRESS="unix:path=$runtime/bus" \
      ${TMPDIR:+"TMPDIR=$TMPDIR"} "$@"
  fi
}

# Sets `uid`, `gid`, `home` and `runtime` of the user that the package was made for.
find_user() {
  [ -n "$RUN_AS" ] || return 0
  again="then: systemctl restart $NAME.service"
  entry=$(getent passwd "$RUN_AS") ||
    die "the images are for the user $RUN_AS, who does not exist: create the user, $again"
  IFS=: read -r _ _ uid gid _ home _ <<END
$entry
END
  [ "$uid" -ne 0 ] || die "$RUN_AS is root: build the package without a user"
  [ -d "$home" ] || die "$home, the home of $RUN_AS, does not exist: create it, $again"
  command -v newuidmap >/dev/null || die "newuidmap is not installed: install the package uidmap, $again"
  has_subordinates /etc/subuid && has_subordinates /etc/subgid -g ||
    die "$RUN_AS has no subordinate user and group IDs: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $RUN_AS, $again"
  runtime=/run/user/$uid
  if [ ! -d "$runtime" ] && [ -d /run/systemd/system ]; then
    # As a login would; at boot, logind may not have come to lingering users yet.
    systemctl start "user@$uid.service" || true
  fi
  [ -d "$runtime" ] || die "$runtime is missing: loginctl enable-linger $RUN_AS, $again"
  [ -e "/var/lib/systemd/linger/$RUN_AS" ] ||
    say "$RUN_AS does not linger, so no container of theirs runs without a login: loginctl enable-linger $RUN_AS" >&2
}

# has_subordinates FILE [-g]: in the file, or wherever else the machine keeps such IDs.
has_subordinates() {
  awk -F : -v name="$RUN_AS" -v uid="$uid" '$1 == name || $1 == uid { found = 1 } END { exit !found }' "$1" 2>/dev/null ||
    getsubids ${2+"$2"} "$RUN_AS" >/dev/null 2>&1
}

# Sets `driver` and `data_root`.
wait_for_engine() {
  command -v "$ENGINE" >/dev/null ||
    die "$ENGINE is not installed (Debian 13 and later have Docker's client in the package docker-cli)"
  deadline=$(($(uptime_seconds) + ENGINE_PATIENCE))
  until answer=$(engine_info 2>/dev/null) && has_data_root "$answer"; do
    [ "$(uptime_seconds)" -lt "$deadline" ] ||
      die "$ENGINE does not answer after $ENGINE_PATIENCE s: $(engine_info 2>&1 | last_lines)"
    sleep 1
  done
  driver=${answer%% *} data_root=${answer#* }
}

# "DRIVER DATA-ROOT". With the containerd store, DRIVER is SNAPSHOTTER+io.containerd.snapshotter.v1.
engine_info() {
  case $ENGINE in
    docker) format='{{.Driver}}{{range .DriverStatus}}{{if eq (index . 0) "driver-type"}}+{{index . 1}}{{end}}{{end}} {{.DockerRootDir}}' ;;
    podman) format='{{.Store.GraphDriverName}} {{.Store.GraphRoot}}' ;;
  esac
  as_user timeout 30 "$ENGINE" info --format "$format" </dev/null 9>&-
}

# Docker's client may answer for itself while its daemon does not.
has_data_root() {
  case $1 in
    ?*' /'*) ;;
    *) return 1 ;;
  esac
}

# The clock of the wall can jump while a machine starts; this one can't.
uptime_seconds() {
  read -r uptime _ </proc/uptime
  printf '%s\n' "${uptime%%.*}"
}

# Sets `ids`, of all images to load, one a line in the order of the list, `-` for an absent one.
# A machine that has them all is asked once, and so is one at its first start that has nothing at all.
ask_ids() {
  set --
  while read -r reference _ _ _ _ flags _; do
    [ "$flags" = fetch-only ] || set -- "$@" "$reference"
  done <<END
$(list)
END
  looked=no ids=''
  if [ $# -eq 0 ] || { has_stamps && has_all "$@"; }; then
    return
  elif look && [ -z "$shown" ]; then
    ids=$(printf '%.0s-\n' "$@")
  elif has_stamps || ! has_all "$@"; then
    ids=$(for reference; do current_id "$reference"; done)
  fi
}

# has_all REFERENCE…: sets `ids`, where the engine has every one.
has_all() {
  ids=$(inspect "$@" 2>/dev/null) && [ "$(printf '%s\n' "$ids" | wc -l)" -eq $# ]
}

# The ID of an image, `-` when it is absent, `?` when the engine can't tell.
current_id() {
  if answer=$(inspect "$1" 2>&1); then
    # Podman may have warnings beside it.
    printf '%s\n' "$answer" | grep '^sha256:'
  elif is_absent "$1" "$answer"; then
    echo -
  else
    echo '?'
  fi
}

# IDs with their algorithm: Podman shows them without.
inspect() {
  case $ENGINE in
    docker) id_format='{{.Id}}' ;;
    podman) id_format='sha256:{{.Id}}' ;;
  esac
  engine image inspect --format "$id_format" -- "$@" </dev/null
}

# is_absent REFERENCE COMPLAINT: a failed inspection counts as absence only when the engine says so.
is_absent() {
  case $ENGINE/$2 in
    docker/*'No such image'*) ;;
    podman/*)
      code=0
      engine image exists -- "$1" </dev/null >/dev/null 2>&1 || code=$?
      [ "$code" -eq 1 ]
      ;;
    *) return 1 ;;
  esac
}

# Sets `shown`, the IDs of all images of the engine; `held`, what they consist of; and `present`, the same in one list
# without the images' names. Loads of ours add to the last two.
look() {
  looked=no
  shown=$(engine images --all --quiet --no-trunc </dev/null) || return
  held=''
  [ -z "$shown" ] || held=$(describe_shown)
  present=$(printf '%s\n' "$held" | sed 's/^[^ ]*//' | tr '\n' ' ')
  looked=yes
}

# One line an image of the engine: its names and its ID, its ID and the diff IDs of its layers. An image that
# can't be inspected can't be run or built on either.
describe_shown() {
  # shellcheck disable=SC2086 # IDs
  engine image inspect --format '{{range .RepoTags}}{{.}},{{else}}{{range .RepoDigests}}{{.}},{{end}}{{end}}{{.Id}} {{.Id}}{{range .RootFS.Layers}} {{.}}{{end}}' -- $shown </dev/null 2>/dev/null |
    sed 's/sha[0-9]*://g'
}
