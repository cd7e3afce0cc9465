using ImageSearch.Core.Mongo.Bson;
using ImageSearch.Core.Mongo.Native;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// One client of libmongoc's pool. Its calls block, so only a thread of <see cref="MongoClient"/> makes them; one thread at a time.
/// </summary>
internal sealed unsafe class MongoConnection : IDisposable
{
    /// <summary>Far below what a message may hold (48 MB) and a command's own document (16 MB).</summary>
    private const int MaximumCommandBytes = 8 * 1024 * 1024;

    private const int MaximumCommandWrites = 1000;

    private readonly MongocPool _pool;
    private readonly string _database;
    private readonly string _address;
    private readonly int _maxTime;
    private readonly nint _client;
    private readonly NativeBson _command = new();
    private readonly NativeBson _options = new();
    private readonly NativeBson _reply = new();

    public MongoConnection(MongocPool pool, string database, string address, TimeSpan maxTime)
    {
        (_pool, _database, _address, _maxTime) = (pool, database, address, (int)maxTime.TotalMilliseconds);
        _client = MongocNative.mongoc_client_pool_pop(pool);
    }

    /// <summary>What the server is; null until it has been asked.</summary>
    public MongoServerInfo? Server { get; set; }

    /// <summary>Runs a command that reads, on the primary; libmongoc repeats it when the connection breaks.</summary>
    public T Read<T>(BsonDocument command, BsonDecoder<T> decode)
    {
        fixed (byte* bytes = command.Bytes, empty = new BsonDocument().Bytes)
        {
            BsonError error = default;
            var succeeded = MongocNative.mongoc_client_read_command_with_opts(
                _client, _database, _command.PointTo(bytes, command.Length), MongocLibrary.ReadPreferences, _options.PointTo(empty, 5), _reply, &error);
            return Decode(succeeded, error, decode);
        }
    }

    /// <summary>Runs a command that writes: durable when it returns.</summary>
    public T Write<T>(BsonDocument command, BsonDecoder<T> decode)
    {
        var concern = Server?.WriteConcern ?? new BsonDocument();
        fixed (byte* bytes = command.Bytes, options = concern.Bytes)
        {
            BsonError error = default;
            var succeeded = MongocNative.mongoc_client_write_command_with_opts(
                _client, _database, _command.PointTo(bytes, command.Length), _options.PointTo(options, concern.Length), _reply, &error);
            return Decode(succeeded, error, decode);
        }
    }

    /// <summary>Queries the primary.</summary>
    /// <param name="options">sort, limit, projection, as the find command names them.</param>
    public List<T> Find<T>(string collection, BsonDocument filter, BsonDocument options, BsonDecoder<T> decode)
    {
        var found = new List<T>();
        options = new BsonDocument(options.Bytes).Add("maxTimeMS", _maxTime);
        fixed (byte* bytes = filter.Bytes, more = options.Bytes)
        {
            using var handle = MongocNative.mongoc_client_get_collection(_client, _database, collection);
            using var cursor = MongocNative.mongoc_collection_find_with_opts(
                handle, _command.PointTo(bytes, filter.Length), _options.PointTo(more, options.Length), MongocLibrary.ReadPreferences);
            while (MongocNative.mongoc_cursor_next(cursor, out var document))
            {
                found.Add(Decode(NativeBson.BytesOf(document), decode));
            }

            BsonError error = default;
            if (MongocNative.mongoc_cursor_error(cursor, &error))
            {
                throw MongoErrors.ToException(_address, error);
            }
        }

        return found;
    }

    /// <summary>Writes many, in any order, in as few commands as their size allows. One that fails takes none of the others back.</summary>
    /// <param name="writes">As the command names them: <c>{q, u, upsert}</c>, <c>{q, limit}</c>, or documents.</param>
    /// <exception cref="MongoException">One failed for another reason than that its key is there already.</exception>
    public MongoWrites WriteMany(MongoWriteKind kind, string collection, IReadOnlyList<BsonDocument> writes)
    {
        var result = new MongoWrites();
        for (var next = 0; next < writes.Count;)
        {
            var first = next;
            var array = new BsonArray(Math.Min(MaximumCommandBytes, writes[next].Length * Math.Min(MaximumCommandWrites, writes.Count - next)));
            do
            {
                array.Add(writes[next++]);
            }
            while (next < writes.Count && array.Count < MaximumCommandWrites && array.Length + writes[next].Length < MaximumCommandBytes);

            var (name, field) = kind switch
            {
                MongoWriteKind.Insert => ("insert", "documents"),
                MongoWriteKind.Update => ("update", "updates"),
                _ => ("delete", "deletes"),
            };
            var command = new BsonDocument(array.Length + 256) { { name, collection }, { "ordered", false }, { field, array } };
            Write(command, reply => result.Include(reply, first, _address));
        }

        return result;
    }

    public void Dispose()
    {
        _command.Dispose();
        _options.Dispose();
        _reply.Dispose();
        MongocNative.mongoc_client_pool_push(_pool, _client);
    }

    private T Decode<T>(bool succeeded, in BsonError error, BsonDecoder<T> decode)
    {
        try
        {
            return succeeded ? Decode(_reply.Bytes, decode) : throw MongoErrors.ToException(_address, error);
        }
        finally
        {
            _reply.Clear();
        }
    }

    private T Decode<T>(ReadOnlySpan<byte> document, BsonDecoder<T> decode)
    {
        try
        {
            return decode(new BsonView(document));
        }
        catch (BsonException e)
        {
            throw new MongoException(MongoFailure.Refused, $"MongoDB at {_address} holds or sends what is not understood: {e.Message}", inner: e);
        }
    }
}
