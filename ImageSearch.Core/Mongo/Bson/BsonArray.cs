using System.Collections;
using System.Globalization;
using ImageSearch.Core.Images;

namespace ImageSearch.Core.Mongo.Bson;

/// <summary>An array that is written: a document whose names are the numbers from 0 on.</summary>
internal sealed class BsonArray(int capacity = 128) : IEnumerable
{
    private readonly BsonDocument _elements = new(capacity);

    public int Count { get; private set; }

    /// <summary>Bytes of the array as it is now.</summary>
    public int Length => _elements.Length;

    public ReadOnlySpan<byte> Bytes => _elements.Bytes;

    public BsonView View => _elements.View;

    public static BsonArray Of(IEnumerable<string> values)
    {
        var array = new BsonArray();
        foreach (var value in values)
        {
            array.Add(value);
        }

        return array;
    }

    public static BsonArray Of(IEnumerable<ImageId> values)
    {
        var array = new BsonArray();
        foreach (var value in values)
        {
            array._elements.Add(array.NextName(), value);
        }

        return array;
    }

    public void Add(string value) => _elements.Add(NextName(), value);

    public void Add(int value) => _elements.Add(NextName(), value);

    public void Add(BsonDocument value) => _elements.Add(NextName(), value);

    public IEnumerator GetEnumerator() => _elements.GetEnumerator();

    private string NextName() => (Count++).ToString(CultureInfo.InvariantCulture);
}
