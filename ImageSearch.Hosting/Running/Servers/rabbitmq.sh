# Runs a RabbitMQ node that leaves nothing behind: rabbitmq.sh <directory> <rabbitmq-server>.
# The shell becomes the node itself (exec all the way), so that signals, exit code and parent-death signal are the node's.
directory=$1
server=$2

# Two nodes on one directory would ruin it: the node inherits this lock and holds it until it has ended.
if command -v flock >/dev/null; then
  exec 9>"$directory/lock"
  flock --nonblock 9 || { echo "Another RabbitMQ runs on $directory, or has not ended yet." >&2; exit 1; }
fi

# Erlang would start a port mapper that outlives every node. This one is the node's own child and dies with it.
tie=
command -v setpriv >/dev/null && tie="setpriv --pdeathsig KILL"
$tie epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 9>&- &
tries=0
until epmd -port "$ERL_EPMD_PORT" -names >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { echo "Erlang's port mapper (epmd) does not answer on port $ERL_EPMD_PORT." >&2; exit 1; }
  sleep 0.1
done

exec "$server"
