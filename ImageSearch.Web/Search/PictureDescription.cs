
namespace ImageSearch.Web.Search;

/// <summary>What a result says of a picture besides its id and score.</summary>
internal sealed record PictureDescription(string Source, IReadOnlyList<string> Tags, IReadOnlyList<Label>? Labels)
{
    /// <summary>Of a picture whose record cannot be read now.</summary>
    public static PictureDescription Unknown { get; } = new("", [], null);
}
