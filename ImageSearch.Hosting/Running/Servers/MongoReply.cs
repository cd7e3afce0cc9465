namespace ImageSearch.Hosting.Running.Servers;

/// <summary>What a MongoDB command came to.</summary>
/// <param name="Problem">The server's own words; null when the command was done.</param>
/// <param name="Code">The server's number for the problem; 0 without one.</param>
internal readonly record struct MongoReply(string? Problem, int Code)
{
    public const int Unauthorized = 13;
    public const int UserExists = 51003;
}
