namespace ImageSearch.Core.Mongo;

internal enum MongoWriteKind
{
    Insert,
    Update,
    Delete,
}
