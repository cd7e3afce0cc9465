namespace ImageSearch.Core.Mongo;

/// <summary>A call on its way to a thread that may block.</summary>
internal abstract class MongoCall(long askedAt, CancellationToken cancellationToken)
{
    /// <summary>Timestamp of when the caller came.</summary>
    public long AskedAt { get; } = askedAt;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Runs it and tells the caller the result; what it throws is for <see cref="Fail"/>.</summary>
    public abstract void Run(MongoConnection connection);

    public abstract void Fail(Exception exception);
}
