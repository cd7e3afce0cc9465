using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>Pictures that were added together have the same tags: one list for all of them in a row.</summary>
internal sealed class TagLists
{
    private byte[] _bytes = [];
    private IReadOnlyList<string> _tags = [];

    public IReadOnlyList<string> Read(in BsonElement element)
    {
        if (!element.Raw.SequenceEqual(_bytes))
        {
            _tags = [.. element.ToStrings().Order(StringComparer.Ordinal)];
            _bytes = element.Raw.ToArray();
        }

        return _tags;
    }
}
