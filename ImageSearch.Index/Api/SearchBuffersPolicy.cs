using Microsoft.Extensions.ObjectPool;

namespace ImageSearch.Index.Api;

internal sealed class SearchBuffersPolicy : PooledObjectPolicy<SearchBuffers>
{
    public override SearchBuffers Create() => new();

    public override bool Return(SearchBuffers obj) => obj.IsWorthKeeping;
}
