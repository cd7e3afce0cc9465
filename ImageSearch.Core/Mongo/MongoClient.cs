using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using ImageSearch.Core.Mongo.Bson;
using ImageSearch.Core.Mongo.Native;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// MongoDB for this process. libmongoc blocks, so each connection has a thread of its own and calls are handed to them:
/// <code>
/// caller -> [waits for a free connection, cancellable] -> thread -> libmongoc -> result
/// </code>
/// A caller that is cancelled stops waiting; the call itself ends at the latest at its timeouts. Nothing is opened before the first call,
/// and every call finds a server again that was away: there is nothing to restart.
/// </summary>
internal sealed class MongoClient : IAsyncDisposable, IDisposable
{
    private const string ApplicationName = "imagesearch";
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(0.5);
    private static readonly string[] WriteConcernOptions = ["w", "journal", "safe"];

    private readonly string _connectionString;
    private readonly MongoOptions _options;
    private readonly SemaphoreSlim _free;
    private readonly BlockingCollection<MongoCall> _calls = [];
    private readonly List<Thread> _threads = [];
    private readonly Lock _lock = new();
    private readonly int _connections;
    private MongocPool? _pool;
    private bool _concernIsGiven;
    private int _running;
    private volatile MongoServerInfo? _server;
    private volatile Outage? _outage;
    private bool _disposed;

    public MongoClient(string connectionString, MongoOptions? options = null, TimeProvider? clock = null)
    {
        _connectionString = connectionString;
        _options = options ?? new MongoOptions();
        _connections = _options.Connections;
        _free = new SemaphoreSlim(_connections);
        Address = MongoConnectionString.AddressOf(connectionString);
        Clock = new ServerClock(clock ?? TimeProvider.System);
    }

    /// <summary>Hosts and ports.</summary>
    public string Address { get; }

    /// <summary>The server's clock, as far as it is known.</summary>
    public ServerClock Clock { get; }

    /// <summary>Runs a command that reads, on the primary.</summary>
    public Task<T> ReadAsync<T>(BsonDocument command, BsonDecoder<T> decode, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.Read(command, decode), cancellationToken);

    /// <summary>Runs a command that writes: durable when the task completes.</summary>
    public Task<T> WriteAsync<T>(BsonDocument command, BsonDecoder<T> decode, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.Write(command, decode), cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task<BsonDocument> WriteAsync(BsonDocument command, CancellationToken cancellationToken) =>
        WriteAsync(command, reply => reply.ToDocument(), cancellationToken);

    /// <inheritdoc cref="MongoConnection.WriteMany"/>
    public Task<MongoWrites> WriteManyAsync(MongoWriteKind kind, string collection, IReadOnlyList<BsonDocument> writes, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.WriteMany(kind, collection, writes), cancellationToken);

    /// <inheritdoc cref="MongoConnection.Find"/>
    public Task<List<T>> FindAsync<T>(string collection, BsonDocument filter, BsonDocument options, BsonDecoder<T> decode, CancellationToken cancellationToken) =>
        RunAsync(connection => connection.Find(collection, filter, options, decode), cancellationToken);

    /// <summary>Asks the server what it is and what time it has.</summary>
    public Task<MongoServerInfo> AskAsync(CancellationToken cancellationToken) => RunAsync(Ask, cancellationToken);

    /// <summary>Asks the server what it is and what time it has, where a connection is at hand already.</summary>
    public MongoServerInfo Ask(MongoConnection connection)
    {
        var asked = Clock.GetTimestamp();
        var server = connection.Read(MongoServerInfo.Question, reply => MongoServerInfo.From(reply, _concernIsGiven));
        Clock.Adjust(asked, Clock.GetTimestamp(), server.LocalTime);
        return server;
    }

    /// <summary>Runs several calls on one connection, on its thread.</summary>
    /// <exception cref="MongoException">What failed, and where.</exception>
    public async Task<T> RunAsync<T>(Func<MongoConnection, T> work, CancellationToken cancellationToken)
    {
        var call = new MongoCall<T>(work, Stopwatch.GetTimestamp(), cancellationToken);
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_disposed)
            {
                _free.Release();
                throw new ObjectDisposedException(nameof(MongoClient));
            }

            _calls.Add(call, CancellationToken.None);
            if (++_running > _threads.Count)
            {
                var thread = new Thread(RunCalls) { IsBackground = true, Name = $"MongoDB {_threads.Count + 1}" };
                _threads.Add(thread);
                thread.Start();
            }
        }

        return await call.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finishes what is running, then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _calls.CompleteAdding();
        }

        var ended = await Task.Run(() => _threads.TrueForAll(thread => thread.Join(LongestDrain))).ConfigureAwait(false);
        if (ended)
        {
            // A connection that is still in a call keeps the pool, and goes with the process.
            _pool?.Dispose();
            _calls.Dispose();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void RunCalls()
    {
        MongoConnection? connection = null;
        foreach (var call in _calls.GetConsumingEnumerable())
        {
            try
            {
                connection = Run(call, connection);
            }
            finally
            {
                lock (_lock)
                {
                    _running--;
                }

                _free.Release();
            }
        }

        connection?.Dispose();
    }

    private MongoConnection? Run(MongoCall call, MongoConnection? connection)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            call.CancellationToken.ThrowIfCancellationRequested();
            if (_outage is { } outage && call.AskedAt < outage.SeenAt)
            {
                // It waited for a connection while another call waited for the server, in vain: the answer is the same.
                throw new MongoException(outage.Failure, outage.Message);
            }

            connection ??= Open();
            connection.Server = _server ??= Check(Ask(connection));
            call.Run(connection);
            _outage = null;
        }
        catch (Exception e)
        {
            if (e is MongoException { Failure: MongoFailure.Unreachable } unreachable)
            {
                // Another server may answer next time.
                _server = null;
                _outage = Stopwatch.GetElapsedTime(started) > LongWait ? new Outage(unreachable.Failure, unreachable.Message, Stopwatch.GetTimestamp()) : _outage;
            }

            call.Fail(e);
        }

        return connection;
    }

    private MongoServerInfo Check(MongoServerInfo server) => server.WireVersion >= MongoServerInfo.OldestWireVersion
        ? server
        : throw MongoErrors.TooOld(Address, $"it speaks version {server.WireVersion} of the protocol, {MongoServerInfo.OldestWireVersion} is needed");

    private MongoConnection Open()
    {
        MongocLibrary.EnsureLoaded(_options.Library);
        lock (_lock)
        {
            _pool ??= OpenPool();
        }

        return new MongoConnection(_pool, Database, Address, _options.SocketTimeout * 0.8);
    }

    /// <summary>The database that the connection string names.</summary>
    public string Database { get; private set; } = MongoConnectionString.DefaultDatabase;

    private unsafe MongocPool OpenPool()
    {
        BsonError error = default;
        using var uri = MongocNative.mongoc_uri_new_with_error(_connectionString, &error);
        if (Address.Length == 0 || uri.IsInvalid)
        {
            throw Misconfigured();
        }

        Default(uri, "serverselectiontimeoutms", _options.ServerSelectionTimeout);
        Default(uri, "connecttimeoutms", _options.ConnectTimeout);
        Default(uri, "sockettimeoutms", _options.SocketTimeout);
        _concernIsGiven = Array.Exists(WriteConcernOptions, option => MongocNative.mongoc_uri_has_option(uri, option));
        if (MongocNative.mongoc_uri_get_database(uri) is not null and var database)
        {
            Database = Marshal.PtrToStringUTF8((nint)database)!;
        }

        var pool = MongocNative.mongoc_client_pool_new_with_error(uri, &error);
        if (pool.IsInvalid)
        {
            throw Misconfigured();
        }

        MongocNative.mongoc_client_pool_set_error_api(pool, 2);
        MongocNative.mongoc_client_pool_set_appname(pool, ApplicationName);
        return pool;
    }

    private static void Default(MongocUri uri, string option, TimeSpan value)
    {
        if (!MongocNative.mongoc_uri_has_option(uri, option))
        {
            MongocNative.mongoc_uri_set_option_as_int32(uri, option, (int)value.TotalMilliseconds);
        }
    }

    /// <summary>Without libmongoc's own words: they may quote the string, and with it a password.</summary>
    private static MongoException Misconfigured() => new(
        MongoFailure.Misconfigured,
        "The connection string 'mongodb' is not one: it looks like mongodb://user:password@host:port/database?options, special characters of user and password percent-encoded.");

    private sealed record Outage(MongoFailure Failure, string Message, long SeenAt);
}
