# What is to be done: the package (N), what we loaded last (S) and what the engine has (C), compared.

readonly TO_LOAD='absent outdated overruled interrupted'

# Sets `plan`. One line an image: its state, the ID that the engine shows (or -), and the columns of the list.
make_plan() {
  ask_ids
  plan=$(print_plan)
}

print_plan() {
  while read -r reference key config manifest size flags image layers contents; do
    id=-
    case $flags in
      fetch-only) state="file" ;;
      *)
        id=${ids%%"$newline"*}
        ids=${ids#*"$newline"}
        read_record
        decide
        ;;
    esac
    printf '%s\n' "$state $id $reference $key $config $manifest $size $flags $image $layers $contents"
  done <<END
$(list)
END
}

# Sets `state` from what the package has, what we recorded and what the engine has (`id`).
decide() {
  if [ "$id" = '?' ]; then
    state=unknown
  elif is_suspect && { [ "$id" = - ] || is_packaged || is_recorded || has "$suspects" "${id#*:}" || [ "$conflict" = package ]; }; then
    state=interrupted
  elif [ "$id" = - ]; then
    state=absent
  elif is_packaged && is_recorded; then
    state=loaded
  elif is_packaged; then
    state=present
  elif is_recorded; then
    state=outdated
  elif [ "$conflict" = package ] && ! is_contested; then
    state=overruled
  elif [ -n "$(other_loader)" ]; then
    state=taken
  else
    state=changed
  fi
}

# An engine shows the digest of the config as the ID, or that of the manifest (Docker's containerd
# store).
is_packaged() {
  [ "$id" = "$config" ] || [ "$id" = "$manifest" ]
}

# Another package put this image there, and would take it back: the two would replace each other's at every boot.
is_contested() {
  other=$(other_loader)
  [ -n "$other" ] && grep -qsx 'conflict=package' "${CONFFILE%/*}/$other.conf"
}

is_recorded() {
  [ "$id" = "$recorded_id" ]
}

# A load that is not finished was to bring something of this image.
is_suspect() {
  [ -n "$suspects" ] || return 1
  list_items
  for item in $items; do
    ! has "$suspects" "$item" || return 0
  done
  return 1
}

# each ACTION STATES: runs ACTION for the images in one of the states, its values in the variables
# named here. On a descriptor of its own, so that no program can eat lines of the plan.
each() {
  while read -r state id reference key config manifest size flags image layers contents <&4; do
    case " $2 " in
      *" $state "* | ' any ') "$1" ;;
    esac
  done 4<<END
$plan
END
}

# count STATES
count() {
  counted=0
  each count_one "$1"
  echo "$counted"
}

count_one() {
  counted=$((counted + 1))
}
