# Loading image by image, the largest first: its spool is the largest, and the disk is never emptier.

load_missing() {
  number=0 together=''
  plan=$(largest_first)
  if [ "$total" -gt 0 ] && ! has_looked && ! look; then
    each fail_unlisted "$TO_LOAD"
  else
    load_together
    each load_image "$TO_LOAD"
  fi
  each fail_unknown unknown
  each fail_taken taken
}

# Nothing has changed since the plan was made, but by a repair.
has_looked() {
  [ -z "$suspects" ] && [ "$looked" = yes ]
}

largest_first() {
  printf '%s\n' "$plan" | sort -s -k 7,7nr
}

load_image() {
  ! has "$together" "$key" || return 0
  read_intents
  find_base
  take_image
  announce "$bytes"
  say "$announcement"
  if reason=$(load_safely); then
    note_loaded
  else
    fail "$reason"
  fi
}

# announce BYTES: counts the image, of which so many are new, and sets `announcement`.
announce() {
  number=$((number + 1)) new=''
  [ "$1" -eq "$size" ] || new=", of which $(megabytes "$1") are new"
  announcement="loading $number of $total: $reference ($(megabytes "$size")$new)"
}

note_loaded() {
  loaded=$((loaded + 1))
  list_items
  held="$held$newline$reference $items" present="$present$items"
}

# Sets `base`: how many layers, from the base up, can be left out. One can when a stamp, of any
# package, says that a load of ours brought it, and the engine still has that image. From the base up:
# Docker knows a layer by all that lies below it. An image with a layer that a cut load may have
# damaged is streamed whole: its state is `interrupted`, or `is_removed` stops it.
find_base() {
  base=0
  [ "$state" != interrupted ] || return 0
  for stamp in "${STATE%/*}"/*/"$STORE-$driver"-*.stamp; do
    read_fields "$stamp"
    if is_stamp_of_store && has "$present" "${noted_id#*:}"; then
      count_common
      [ "$common" -le "$base" ] || base=$common
    fi
  done
}

# Sets `common`: how many layers, from the base up, image and stamp have in common.
count_common() {
  common=0
  [ "$layers" != - ] || return 0
  ours=$layers, theirs=$noted_layers,
  while [ -n "$ours" ] && [ "${ours%%,*}" = "${theirs%%,*}" ]; do
    ours=${ours#*,} theirs=${theirs#*,} common=$((common + 1))
  done
}

# Sets what is to be loaded: `stream`, the fragments of all but the lowest `base` layers; `bytes`, of those layers;
# `end`, the file that stands behind them; `brought`, key, reference, config and manifest of each image in it.
take_image() {
  stream='' bytes=0 end=$SHARE/$image brought="$key $reference $config $manifest"
  add_layers
}

add_layers() {
  position=0
  split "$layers"
  others=$contents,
  for layer in $words; do
    content=${others%%,*} others=${others#*,} position=$((position + 1))
    if [ "$position" -gt "$base" ] && ! has "$stream" "$layer"; then
      stream="$stream $layer" bytes=$((bytes + ${content##*:}))
    fi
  done
}

# One image from its intent to its stamp; says why where it fails.
load_safely() {
  present_before=$present
  find_fragments && is_removed || return
  if has "$blocked" "$key"; then
    echo "an interrupted load can't be undone, since the image can't be loaded to be removed"
  elif ! why=$(write_intent 2>&1); then
    echo "$INTENTS cannot be written: $why"
  elif keep_previous && bring; then
    why=$(finish 2>&1) && return
    echo "the state cannot be written: $why"
  else
    abandon
  fi
  return 1
}

# The containerd store forgets an image with its last name, and moves the name before it has unpacked
# what comes: should that fail, the image that ran until now would be gone. So it has a second name
# until the loads have ended.
keep_previous() {
  case $driver/$state in
    *+io.containerd.*/outdated | *+io.containerd.*/overruled) engine tag "$reference" "$(previous)" </dev/null 2>&1 ;;
  esac
}

previous() {
  printf 'container-preload.invalid/%s:previous\n' "$key"
}

# Once all loads have ended, also those that a cut has ended: the second names go, and the first ones
# come back where nothing has taken their place.
restore_previous() {
  case $driver in
    *+io.containerd.*) each restore_previous_of "$TO_LOAD" ;;
  esac
}

restore_previous_of() {
  inspect "$(previous)" >/dev/null 2>&1 || return 0
  if [ "$(current_id "$reference")" = - ]; then
    engine tag "$(previous)" "$reference" </dev/null &&
      say "$reference is again what it was before the load"
  fi
  # By force: for a container of the image the name would stay.
  engine rmi --force -- "$(previous)" </dev/null >/dev/null 2>&1 || true
}

# Loads what the engine has not; and everything, where it does not take that.
bring() {
  if [ "$base" -gt 0 ]; then
    ! load_stream >"$WORK/refusal" || return 0
    if are_files_bad; then
      cat "$WORK/refusal"
      return 1
    fi
    say "$ENGINE does not take $reference without layers that it should have: loading all of it ($(cat "$WORK/refusal"))" >&2
    # Engines may show a tag for what they could not load.
    remove_image
    base=0
    take_image
    # Layers that were taken for present come in now.
    present=''
    write_intent 2>&1 || return
  fi
  load_stream
}

# Whether the last stream failed before it came to the engine: that is no refusal.
are_files_bad() {
  printf '%s\n' "$statuses" | grep -E '^(cat|zstd|tar) ' | grep -Eqv ' (0|141)$'
}

load_stream() {
  stream_image && sync_engine 2>&1 && check_loaded
}

is_still_there() {
  id=$(current_id "$reference")
  is_packaged
}

fail_taken() {
  fail "the package $(other_loader) has put another image under this name: remove and purge one of the packages"
}

fail_unlisted() {
  fail "$ENGINE cannot list its images: $(engine images --all --quiet </dev/null 2>&1 | last_lines)"
}

fail_unknown() {
  fail "$ENGINE cannot inspect it: $(inspect "$reference" 2>&1 | last_lines)"
}

find_fragments() {
  list_fragments
  for fragment in $fragments; do
    if [ ! -e "$SHARE/$fragment" ] && [ "$delete_after_load" = yes ]; then
      echo "its files were deleted after an earlier load (delete_after_load=yes): install the package $NAME again"
      return 1
    elif [ ! -e "$SHARE/$fragment" ]; then
      echo "$SHARE/$fragment is missing: install the package $NAME again"
      return 1
    fi
  done
}

# Gives the fragments to the engine: says which program failed and why, and fails if any did.
stream_image() {
  set --
  for fragment in $stream; do
    set -- "$@" "$SHARE/$fragment"
  done
  set -- "$@" "$end"
  case $ENGINE in
    docker) run_stages "$@" ;;
    podman)
      as_user mkdir "$TMPDIR/layout" 2>&1 || return
      code=0
      { run_stages "$@" && pull_layout; } || code=$?
      rm -rf "${TMPDIR:?}"/*
      return "$code"
      ;;
  esac
}

# cat | zstd | engine, each stage checked.
run_stages() {
  case $end in
    *.zst) statuses=$({ stage cat cat -- "$@" | stage zstd zstd -dc | take_stage; } 3>&1) ;;
    *) statuses=$({ stage cat cat -- "$@" | take_stage; } 3>&1) ;;
  esac
  all_went_well
}

# Not `engine`: this one has to keep the lock, as does that of pull_layout.
# What `podman load` reads it copies to a file, unpacks, and then copies layer by layer (4.3 also unpacks it below
# /var/tmp, whatever TMPDIR says, and leaves that when it is killed). An unpacked one it only copies.
take_stage() {
  case $ENGINE in
    docker) stage docker as_user docker load --quiet >/dev/null ;;
    podman) stage tar as_user tar -x -f - -C "$TMPDIR/layout" ;;
  esac
}

# All images of the layout in one call. Podman before 5 does not take a name from the layout, but makes one of the
# folder's: so there is a link to it for each. Whether they have their names is looked at when all is on the disk.
pull_layout() {
  # shellcheck disable=SC2086 # digits, references and digests
  set -- $brought
  sources=''
  while [ $# -gt 0 ]; do
    link=$(pulled_name "$1")
    as_user ln -s layout "$TMPDIR/${link#*/}" 2>&1 || return
    sources="$sources oci:${link#*/}:$2"
    shift 4
  done
  # shellcheck disable=SC2086 # references
  statuses=$(cd "$TMPDIR" && stage podman as_user podman pull --quiet $sources 3>&1 >/dev/null)
  all_went_well && rename_pulled
}

rename_pulled() {
  # shellcheck disable=SC2086 # digits, references and digests
  set -- $brought
  links=''
  while [ $# -gt 0 ]; do
    link=$(pulled_name "$1")
    engine tag "$link" "$2" </dev/null >/dev/null 2>&1 || break
    links="$links $link"
    shift 4
  done
  # Another name is left to each, so no image goes with this one.
  # shellcheck disable=SC2086 # names of ours
  [ -z "$links" ] || engine rmi $links </dev/null 2>&1 >/dev/null
}

# pulled_name KEY
pulled_name() {
  printf 'localhost/container-preload-%s\n' "$1"
}

all_went_well() {
  complaints=$(complain "$statuses")
  printf '%s' "$complaints"
  [ -z "$complaints" ]
}

# stage NAME PROGRAM ARGUMENTS: runs it and writes "NAME CODE" to descriptor 3.
stage() {
  stage_name=$1 code=0
  shift
  "$@" 2>"$WORK/$stage_name.log" 3>&- || code=$?
  printf '%s %s\n' "$stage_name" "$code" >&3
}

# Codes of stages in, a line of complaints out. A stage that was stopped since the next one had
# ended (141, by SIGPIPE) has nothing to complain of.
complain() {
  separator=''
  while read -r program code; do
    case $code in
      0 | 141 | '') ;;
      *)
        printf '%s%s failed with code %s: %s' "$separator" "$program" "$code" "$(last_lines <"$WORK/$program.log")"
        separator='; '
        ;;
    esac
  done <<END
$1
END
}

# A load that returned is not yet on the disk: after a power cut the image would be listed and
# could not run. The containerd store may lie anywhere, so everything is synced for it.
sync_engine() {
  case $driver in
    *+io.containerd.*) sync ;;
    *) sync -f "$data_root" ;;
  esac
}

check_loaded() {
  ! is_still_there || return 0
  echo "$ENGINE shows $id after the load, expected $config or $manifest"
  return 1
}

# Some engines show a tag for what they could not load. Whatever else a failed load left is synced, and
# what the engine had before it is as it was; only what a cut load left stays suspect.
abandon() {
  suspects_before=$suspects
  # This load's own intent, so that an image without its name is known for ours.
  read_intents
  remove_image
  suspects=$suspects_before
  if [ "$state" != interrupted ] && sync_engine; then
    present=$present_before
    if write_intent && read_intents && is_removed >/dev/null; then
      drop_intents "$(intent_file)"
    fi
  fi
}

fail() {
  failed=$((failed + 1))
  say "cannot load $reference: $1"
  failures="${failures:+$failures$newline}$reference: $1"
}
