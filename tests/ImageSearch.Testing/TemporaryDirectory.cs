namespace ImageSearch.Testing;

/// <summary>An empty directory that goes with the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("imagesearch-").FullName;

    public string Path { get; }

    public string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // the test deleted it
        }
    }

    public override string ToString() => Path;
}
