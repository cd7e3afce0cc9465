namespace ImageSearch.Web.Search;

/// <summary>The picture of one search: read when a model first needs its bytes, and once only, however many models are tried.</summary>
internal sealed class QueryPicture(QuerySource source, Func<QuerySource, Task<ReadOnlyMemory<byte>>> read)
{
    private readonly Lazy<Task<ReadOnlyMemory<byte>>> _content = new(() => read(source));

    public QuerySource Source => source;

    public Task<ReadOnlyMemory<byte>> ReadAsync() => _content.Value;

    /// <summary>Reads it now if someone else serves it: who may be slow, and that is nothing to keep a place for.</summary>
    public Task FetchAsync() => source is QuerySource.Url ? ReadAsync() : Task.CompletedTask;

    /// <summary>Another picture that the same search needs.</summary>
    public QueryPicture Beside(QuerySource other) => new(other, read);
}
