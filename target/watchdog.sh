# Ends what a run started when the run itself can no longer do so (kill -9, out of memory, a crash).
# Standard input is a pipe that only the run's process holds open: its end without "done" means that it died.
#
#   process PID SIGNAL   send SIGNAL to the process group PID, and KILL to what is left after some seconds
#   forget PID           the process has ended by itself
#   folder PATH          remove the folder after the processes have ended
#   done                 everything was cleaned up: end without doing anything

# A Ctrl-C or a closed terminal is the run's to handle; this process must outlive it.
trap '' INT TERM HUP

processes=''

forget() {
  kept=''
  for entry in $processes; do
    [ "${entry%:*}" = "$1" ] || kept="$kept $entry"
  done
  processes=$kept
}

while IFS= read -r line; do
  verb=${line%% *}
  rest=${line#* }
  case $verb in
    process) processes="$processes ${rest%% *}:${rest#* }" ;;
    forget) forget "$rest" ;;
    folder) set -- "$@" "$rest" ;;
    done) exit 0 ;;
  esac
done

# In a container whose first process reaps nothing, what was killed stays in the process table as a zombie.
running() {
  kill -0 "$1" 2>/dev/null || return 1
  if [ -r "/proc/$1/stat" ]; then
    IFS= read -r state <"/proc/$1/stat" || return 1
    state=${state##*) }
  else
    state=$(ps -o stat= -p "$1" 2>/dev/null)
  fi
  case $state in Z*) return 1 ;; esac
  return 0
}

alive() {
  for entry in $processes; do
    running "${entry%:*}" && return 0
  done
  return 1
}

signal() {
  for entry in $processes; do
    pid=${entry%:*}
    kill -s "${1:-${entry#*:}}" -- "-$pid" 2>/dev/null || kill -s "${1:-${entry#*:}}" "$pid" 2>/dev/null
  done
}

pause() {
  sleep 0.1 2>/dev/null || sleep 1
}

signal ''
tries=0
while alive && [ "$tries" -lt 30 ]; do
  tries=$((tries + 1))
  pause
done
alive && signal KILL

for folder in "$@"; do
  tries=0
  # A server process that has not noticed yet may still write while the folder is being removed.
  while [ -n "$folder" ] && ! rm -rf -- "$folder" 2>/dev/null && [ "$tries" -lt 50 ]; do
    tries=$((tries + 1))
    pause
  done
done
