namespace ImageSearch.Core.Mongo;

/// <inheritdoc/>
internal sealed class MongoCall<T>(Func<MongoConnection, T> work, long askedAt, CancellationToken cancellationToken) : MongoCall(askedAt, cancellationToken)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    public override void Run(MongoConnection connection) => _completion.TrySetResult(work(connection));

    public override void Fail(Exception exception)
    {
        _completion.TrySetException(exception);
        _ = _completion.Task.Exception; // a caller that has stopped waiting does not look
    }
}
