
namespace ImageSearch.EndToEnd.Tests;

/// <summary>A picture file: its name and its bytes.</summary>
internal sealed record Picture(string Name, byte[] Content)
{
    public string Id { get; } = ImageId.Of(Content).ToString();
}
