using ImageSearch.Core.Images;
using ImageSearch.Core.Store;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace ImageSearch.Core.Mongo;

/// <summary>A document of the feed: when it changed last, and which change that was. <see cref="Change"/> has a vector where the document was read whole.</summary>
internal readonly record struct FeedRow(ImageId Id, long UpdatedAt, int Revision, VectorChange Change);

/// <summary>
/// Reads rows straight from the bytes that were received: loading an index is reading millions of them. Used by one reader at a time, since
/// pictures that were added together have the same tags, and one list for all of them in a row.
/// </summary>
internal sealed class FeedRowSerializer : SerializerBase<FeedRow>
{
    private static readonly BsonTrie<Field> Fields = MakeFields();

    private readonly TrieNameDecoder<Field> _name = new(Fields);
    private readonly List<string> _read = [];
    private IReadOnlyList<string> _tags = [];

    private enum Field
    {
        Other,
        Id,
        UpdatedAt,
        Revision,
        Vector,
        Tags,
    }

    public override FeedRow Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        var reader = context.Reader;
        ImageId id = default;
        var (updatedAt, revision) = (0L, 0);
        float[] vector = [];
        IReadOnlyList<string> tags = [];
        reader.ReadStartDocument();
        while (reader.ReadBsonType() != BsonType.EndOfDocument)
        {
            reader.ReadName(_name);
            switch (_name.Found ? _name.Value : Field.Other)
            {
                case Field.Id:
                    id = ImageId.Parse(reader.ReadString());
                    break;
                case Field.UpdatedAt:
                    updatedAt = reader.ReadDateTime();
                    break;
                case Field.Revision:
                    revision = reader.ReadInt32();
                    break;
                case Field.Vector:
                    vector = VectorBytes.ToVector(reader.ReadBytes());
                    break;
                case Field.Tags:
                    tags = ReadTags(reader);
                    break;
                default:
                    reader.SkipValue();
                    break;
            }
        }

        reader.ReadEndDocument();
        return new FeedRow(id, updatedAt, revision, new VectorChange(id, vector, vector.Length == 0 ? [] : tags));
    }

    private IReadOnlyList<string> ReadTags(IBsonReader reader)
    {
        _read.Clear();
        reader.ReadStartArray();
        while (reader.ReadBsonType() != BsonType.EndOfDocument)
        {
            _read.Add(reader.ReadString());
        }

        reader.ReadEndArray();
        _read.Sort(StringComparer.Ordinal);
        return _tags = _read.SequenceEqual(_tags) ? _tags : [.. _read];
    }

    private static BsonTrie<Field> MakeFields()
    {
        var trie = new BsonTrie<Field>();
        trie.Add("_id", Field.Id);
        trie.Add("updatedAt", Field.UpdatedAt);
        trie.Add("rev", Field.Revision);
        trie.Add("vector", Field.Vector);
        trie.Add("tags", Field.Tags);
        return trie;
    }
}
