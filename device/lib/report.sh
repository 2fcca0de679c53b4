# What people and tools ask: --status and --verify. No value needs an escape in JSON: check_list lets only
# those through.

show_status() {
  require_root
  read_conffile
  check_list
  find_user
  wait_for_engine
  read_intents
  make_plan
  case $json in
    no)
      printf '%-12s %-13s %9s  %s\n' STATE ID SIZE REFERENCE
      each show_image any
      ;;
    yes)
      json_begin
      each json_image any
      json_end
      ;;
  esac
}

show_image() {
  short=${id#sha256:}
  printf '%-12s %-13.12s %9s  %s\n' "$state" "$short" "$(megabytes "$size")" "$reference"
}

json_image() {
  shown=null
  ! is_digest "$id" || shown="\"$id\""
  json_item "\"state\": \"$state\", \"id\": $shown, \"size\": $size"
}

# Compares every fragment with sha256sums; asks no engine and needs no root.
verify() {
  read_conffile
  check_list
  [ -r "$SHARE/sha256sums" ] || die "$SHARE/sha256sums is missing: install the package $NAME again"
  verdicts=$(cd "$SHARE" && sha256sum -c sha256sums 2>/dev/null) || true
  plan=$(list | sed 's/^/- - /')
  damaged=0
  case $json in
    no)
      printf '%-8s  %s\n' FILES REFERENCE
      each show_files any
      ;;
    yes)
      json_begin
      each json_files any
      json_end
      ;;
  esac
  [ "$damaged" -eq 0 ] || die "files of $damaged image$([ "$damaged" -eq 1 ] || echo s) are damaged or missing: install the package $NAME again"
}

show_files() {
  verify_image
  printf '%-8s  %s\n' "$verdict" "$reference"
  for fragment in $bad; do
    printf '%-8s  %s\n' '' "$SHARE/$fragment"
  done
}

json_files() {
  verify_image
  named=''
  for fragment in $bad; do
    named="${named:+$named, }\"$fragment\""
  done
  json_item "\"files\": \"$verdict\", \"bad\": [$named]"
}

# Sets `verdict`: whole, damaged, missing, or deleted after a load; and `bad`, the files that it is for.
verify_image() {
  verdict=whole bad=''
  list_fragments
  for fragment in $fragments; do
    case "$newline$verdicts$newline" in
      *"$newline$fragment: OK$newline"*) continue ;;
    esac
    has "$bad" "$fragment" || bad="$bad $fragment"
    if [ -e "$SHARE/$fragment" ]; then
      verdict=damaged
    elif [ "$verdict" != damaged ]; then
      verdict=missing
    fi
  done
  if [ "$verdict/$delete_after_load/$flags" = missing/yes/- ]; then
    verdict=deleted bad=''
  elif [ "$verdict" != whole ]; then
    damaged=$((damaged + 1))
  fi
}

json_begin() {
  printf '{"package": "%s", "engine": "%s", "user": "%s", "images": [' "$NAME" "$ENGINE" "$RUN_AS"
  separator=''
}

# json_item MEMBERS: one image.
json_item() {
  printf '%s\n  {"reference": "%s", %s}' "$separator" "$reference" "$1"
  separator=,
}

json_end() {
  printf '\n]}\n'
}
