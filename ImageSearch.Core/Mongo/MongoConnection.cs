using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// The database that the connection string names, over MongoDB.Driver, and the clock of its server. The driver opens connections when they
/// are needed and finds a server again that was away; here its errors become sentences (<see cref="MongoErrors"/>).
/// </summary>
internal sealed class MongoConnection
{
    private const string ApplicationName = "imagesearch";
    private const string DefaultDatabase = "imagesearch";

    /// <summary>Writes of one command: each command stays far below the socket's timeout.</summary>
    private const int MaximumWrites = 1000;

    /// <summary>Transactions that meet wait up to 2^8 ms before they begin again.</summary>
    private const int MaximumBackOffBits = 8;

    /// <summary>The server gives up before the connection does, and says why.</summary>
    private static readonly TimeSpan WriteConcernTimeout = TimeSpan.FromSeconds(20);

    private readonly MongoOptions _options;
    private readonly MongoUrl _url;
    private readonly Lazy<IMongoDatabase> _database;

    /// <exception cref="InvalidOperationException">It is no connection string of MongoDB.</exception>
    public MongoConnection(string connectionString, MongoOptions? options = null, TimeProvider? clock = null)
    {
        _options = options ?? new MongoOptions();
        _url = Parse(connectionString);
        Clock = new ServerClock(clock ?? TimeProvider.System);
        // The driver looks up the names of mongodb+srv here. When that fails, the next call tries again.
        _database = new Lazy<IMongoDatabase>(Open, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Hosts and ports, without user and password.</summary>
    public string Address => string.Join(',', _url.Servers.Select(server => IsSrv ? server.Host : server.ToString()));

    /// <summary>The servers of the connection string; none when it names a record that lists them.</summary>
    public IReadOnlyList<MongoServerAddress> Hosts => IsSrv ? [] : [.. _url.Servers];

    /// <summary>The server's clock, as far as it is known.</summary>
    public ServerClock Clock { get; }

    /// <exception cref="InvalidOperationException">
    /// It is no connection string of MongoDB. The driver's own words may quote it, and with it a password.
    /// </exception>
    public static MongoUrl Parse(string connectionString)
    {
        try
        {
            return new MongoUrl(connectionString);
        }
        catch (Exception e) when (e is MongoConfigurationException or FormatException or ArgumentException)
        {
            throw new InvalidOperationException(
                "ConnectionStrings:mongodb is not one: it looks like mongodb://user:password@host:port/database?options, special characters of user and password percent-encoded.");
        }
    }

    private bool IsSrv => _url.Scheme == ConnectionStringScheme.MongoDBPlusSrv;

    /// <summary>Asks the server what time it has.</summary>
    /// <exception cref="MongoUnavailableException">It cannot serve: it is no primary, or no member of a replica set.</exception>
    public async Task<DateTimeOffset> AskAsync(CancellationToken cancellationToken)
    {
        var asked = Clock.GetTimestamp();
        var reply = await RunAsync(database => database.RunCommandAsync<BsonDocument>(
            new BsonDocument("isMaster", 1), ReadPreference.Primary, cancellationToken));
        MongoReplicaSet.ThrowUnlessMember(reply, Address);
        if (!reply["ismaster"].ToBoolean())
        {
            throw new MongoUnavailableException(
                MongoFailure.Unreachable,
                $"MongoDB at {Address} cannot serve at the moment: it is no primary (a connection string of a set of several names all its members).");
        }

        var time = reply["localTime"].ToDate();
        Clock.Adjust(asked, Clock.GetTimestamp(), time);
        return time;
    }

    /// <returns>
    /// Where a change stream begins that has what a query of now may not see: after the last write that a majority has. Writes get their
    /// times in another order than they are seen in, but none is missing before that one.
    /// </returns>
    public async Task<BsonTimestamp> FindOperationTimeAsync(CancellationToken cancellationToken)
    {
        var reply = await RunAsync(database => database.RunCommandAsync<BsonDocument>(
            new BsonDocument("isMaster", 1), ReadPreference.Primary, cancellationToken));
        // mongos has no log of its own.
        return await RunAsync(_ => Task.FromResult(reply.TryGetValue("lastWrite", out var last)
            ? new BsonTimestamp(last["majorityOpTime"]["ts"].AsBsonTimestamp.Value + 1)
            : reply["operationTime"].AsBsonTimestamp));
    }

    /// <summary>Runs a command of the database <c>admin</c> on one server, whatever its state.</summary>
    public async Task<BsonDocument> RunOnAsync(MongoServerAddress host, BsonDocument command, CancellationToken cancellationToken)
    {
        var settings = Settings();
        (settings.Server, settings.ReplicaSetName, settings.DirectConnection) = (host, null, true);
        try
        {
            using var client = new MongoClient(settings);
            return await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(
                command, ReadPreference.PrimaryPreferred, cancellationToken);
        }
        catch (Exception e) when (MongoErrors.Describe(host.ToString(), null, e) is { } error)
        {
            throw error;
        }
    }

    /// <summary>
    /// Runs a transaction, again when it met another one. It may run several times and must do nothing but read and write by its argument.
    /// </summary>
    public Task<T> TransactAsync<T>(Func<MongoTransaction, CancellationToken, Task<T>> transact, CancellationToken cancellationToken) =>
        RunAsync(async database =>
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.SocketTimeout);
        var tries = 0;
        try
        {
            using var session = await database.Client.StartSessionAsync(cancellationToken: deadline.Token);
            return await session.WithTransactionAsync(
                async (current, stop) =>
                {
                    if (tries++ > 0)
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1 << Math.Min(tries, MaximumBackOffBits))), stop);
                    }

                    return await transact(new MongoTransaction(database, current), stop);
                },
                cancellationToken: deadline.Token);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MongoUnavailableException(
                MongoFailure.TimedOut,
                $"MongoDB at {Address} did not complete a transaction within {_options.SocketTimeout.TotalSeconds:0.#} s, in {tries} attempts.",
                inner: e);
        }
    });

    /// <summary>Queries the primary.</summary>
    /// <typeparam name="T">What the projection of the options makes of a document.</typeparam>
    public Task<List<T>> FindAsync<T>(
        string collection, BsonDocument filter, FindOptions<BsonDocument, T> options, CancellationToken cancellationToken)
    {
        // The server is told to give up before the connection is.
        options.MaxTime = _options.SocketTimeout * 0.8;
        return RunAsync(async database =>
        {
            using var cursor = await database.GetCollection<BsonDocument>(collection).FindAsync(filter, options, cancellationToken);
            return await cursor.ToListAsync(cancellationToken);
        });
    }

    /// <inheritdoc cref="FindAsync{T}(string, BsonDocument, FindOptions{BsonDocument, T}, CancellationToken)"/>
    public async Task<List<T>> FindAsync<T>(
        string collection, BsonDocument filter, FindOptions<BsonDocument> options, Func<BsonDocument, T> read,
        CancellationToken cancellationToken)
    {
        var documents = await FindAsync<BsonDocument>(collection, filter, options, cancellationToken);
        return await RunAsync(_ => Task.FromResult(documents.ConvertAll(document => read(document))));
    }

    /// <summary>Counts in an index: the conditions used have one each.</summary>
    public async Task<long> CountAsync(string collection, BsonDocument condition, CancellationToken cancellationToken)
    {
        var reply = await RunAsync(database => database.RunCommandAsync<BsonDocument>(
            new BsonDocument { { "count", collection }, { "query", condition } }, ReadPreference.Primary, cancellationToken));
        return reply["n"].ToInt64();
    }

    /// <summary>
    /// Writes many, in any order; durable when it completes. A write that fails takes none of the others back, and a key that is there
    /// already is no error.
    /// </summary>
    public Task<MongoWrites> WriteAsync(
        string collection,
        IReadOnlyList<WriteModel<BsonDocument>> writes,
        CancellationToken cancellationToken) => RunAsync(async database =>
    {
        var result = new MongoWrites();
        foreach (var piece in writes.Chunk(MaximumWrites))
        {
            try
            {
                result.Include(await database.GetCollection<BsonDocument>(collection)
                    .BulkWriteAsync(piece, new BulkWriteOptions { IsOrdered = false }, cancellationToken));
            }
            catch (MongoBulkWriteException<BsonDocument> e) when (e.WriteConcernError is null && e.WriteErrors.All(error => error.Category == ServerErrorCategory.DuplicateKey))
            {
                result.Include(e.Result, e.WriteErrors);
            }

            result.Tried(piece.Length);
        }

        return result;
    });

    /// <summary>Calls the driver.</summary>
    /// <exception cref="MongoUnavailableException">What failed, and where.</exception>
    public async Task<T> RunAsync<T>(Func<IMongoDatabase, Task<T>> call)
    {
        try
        {
            return await call(_database.Value);
        }
        catch (Exception e)
        {
            var cluster = _database.IsValueCreated ? _database.Value.Client.Cluster.Description : null;
            if (MongoErrors.Describe(Address, cluster, e) is { } error)
            {
                throw error;
            }

            throw;
        }
    }

    private IMongoDatabase Open() => new MongoClient(Settings()).GetDatabase(_url.DatabaseName ?? DefaultDatabase);

    private MongoClientSettings Settings()
    {
        var settings = MongoClientSettings.FromUrl(_url);
        settings.ApplicationName ??= ApplicationName;
        // Whatever the connection string prefers: a reader of the change feed must see what has been written.
        settings.ReadPreference = ReadPreference.Primary;
        if (_url.W is null && _url.Journal is null)
        {
            // A write that a majority has is never rolled back; one that is in the journal survives the process and the machine.
            settings.WriteConcern = WriteConcern.WMajority.With(wTimeout: WriteConcernTimeout, journal: true);
        }

        settings.MaxConnectionPoolSize = IsGiven("maxPoolSize") ? settings.MaxConnectionPoolSize : _options.Connections;
        settings.ServerSelectionTimeout = IsGiven("serverSelectionTimeout")
            ? settings.ServerSelectionTimeout
            : _options.ServerSelectionTimeout;
        settings.ConnectTimeout = IsGiven("connectTimeout") ? settings.ConnectTimeout : _options.ConnectTimeout;
        settings.SocketTimeout = IsGiven("socketTimeout") ? settings.SocketTimeout : _options.SocketTimeout;
        settings.WaitQueueTimeout = IsGiven("waitQueueTimeout") ? settings.WaitQueueTimeout : settings.SocketTimeout;
        if (_url.Servers.Count() == 1 && !IsSrv && _url.ReplicaSetName is null && !IsGiven("directConnection"))
        {
            // The only server is spoken to by the address that is given: it may know itself by another one.
            settings.DirectConnection = true;
        }

        return settings;

        // The driver has the times of the string without saying whether they are its defaults.
        bool IsGiven(string option) => _url.Url.Contains($"{option}=", StringComparison.OrdinalIgnoreCase)
            || _url.Url.Contains($"{option}MS=", StringComparison.OrdinalIgnoreCase);
    }
}
