# What is done once the images are there.

# Images that our upgrades have replaced, where that is wanted and nothing uses them. Those that are
# still used stay noted in the stamp, for the next time.
remove_replaced_images() {
  [ "$remove_replaced" = yes ] || return 0
  each remove_replaced_of any
  # While an image of this version is missing, the device may still need those of the version before.
  [ "$failed" -gt 0 ] || remove_dropped_images
}

remove_replaced_of() {
  stamp_file
  read_fields "$stamp"
  kept=''
  for replaced in $noted_replaced; do
    ! is_digest "$replaced" || remove_unused "${replaced#sha256:}" || kept="$kept$replaced "
  done
  [ "$kept" = "$noted_replaced" ] ||
    record "$stamp" "$(sed "s/^replaced=.*/replaced=$kept/" "$stamp")"
}

# Images that an earlier version of the package has loaded and that this one does not name.
remove_dropped_images() {
  for stamp in "$STATE/$STORE-$driver"-*.stamp; do
    read_fields "$stamp"
    is_stamp_of_store && is_reference "$noted_reference" && [ "$noted_layers" != - ] || continue
    reference=$noted_reference key=${stamp#"$STATE/$STORE-$driver-"} key=${key%.stamp}
    case "$newline$(list)" in
      *"$newline$reference "*) ;;
      *) remove_dropped ;;
    esac
  done
}

# Takes away the name that we gave, and with it the image if it has no other. What is still used stays noted, for
# the next time; what somebody else has put there, or another package has loaded too, is theirs.
remove_dropped() {
  remove_replaced_of
  [ -z "$kept" ] || return 0
  id=$(current_id "$reference")
  [ "$id" != '?' ] || return 0
  if is_recorded_alone; then
    ! is_used "$id" && ! has_name_by_digest && engine rmi -- "$reference" </dev/null >/dev/null 2>&1 || return 0
    say "removed $reference, which this version of the package does not have"
  fi
  rm -f "$stamp" && sync "$STATE"
}

# Docker's classic store takes these away together with the last tag of their repository; we give none there.
has_name_by_digest() {
  case $ENGINE/$driver in
    docker/*+io.containerd.* | podman/*) return 1 ;;
  esac
  [ "$(engine image inspect --format '{{len .RepoDigests}}' -- "$id" </dev/null)" != 0 ]
}

is_recorded_alone() {
  [ "$id" = "$noted_id" ] || return
  for other in "${STATE%/*}"/*/"${stamp##*/}"; do
    [ "$other" = "$stamp" ] || return
  done
}

# remove_unused ID: fails while a name, a container or an image that was built on it needs it. Engines
# remove an image with its last name: that would be somebody else's, whether NAME:TAG or NAME@DIGEST.
remove_unused() {
  case $(current_id "$1") in
    -) return 0 ;;
    '?') return 1 ;;
  esac
  names=$(engine image inspect --format '{{len .RepoTags}} {{len .RepoDigests}}' -- "$1" </dev/null) &&
    [ "$names" = '0 0' ] && engine rmi -- "$1" </dev/null >/dev/null 2>&1 || return
  say "removed the image that $reference has replaced ($1)"
}

# Deletes, where it is wanted, the fragments of the images that we loaded. Those of images that
# stay files, or that somebody changed, may still be needed.
delete_fragments() {
  [ "$delete_after_load" = yes ] || return 0
  make_plan
  kept=$(each print_fragments 'file changed')
  doomed=$(each print_fragments 'loaded' | sort -u | while read -r fragment; do
    case "$newline$kept$newline" in
      *"$newline$fragment$newline"*) ;;
      *) [ ! -e "$SHARE/$fragment" ] || printf '%s\n' "$fragment" ;;
    esac
  done)
  [ -n "$doomed" ] || return 0
  if [ ! -w "$SHARE/layers" ]; then
    say "$SHARE is read-only: the loaded images' files stay"
    return
  fi
  printf '%s\n' "$doomed" | while read -r fragment; do
    rm -f -- "$SHARE/$fragment"
  done
  sync -f "$SHARE"
  say "deleted the files of the loaded images ($(printf '%s\n' "$doomed" | wc -l))"
}

print_fragments() {
  list_fragments
  for fragment in $fragments; do
    printf '%s\n' "$fragment"
  done
}

summarise() {
  files=$(count file)
  say "$loaded loaded, $(count 'loaded present') already there, $(count changed) kept (changed by somebody), $failed failed, $files kept as files"
  [ "$failed" -eq 0 ] || die "not every image is there$newline$failures"
}
