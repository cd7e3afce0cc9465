namespace ImageSearch.Client.Images;

/// <summary>A picture to send: its name, and where its bytes are. Nothing is read before it is sent.</summary>
public sealed class UploadFile
{
    private readonly Func<Stream> _open;

    private UploadFile(string name, long? length, bool repeatable, Func<Stream> open)
    {
        Name = name;
        Length = length;
        Repeatable = repeatable;
        _open = open;
    }

    /// <summary>What the collection will call its source.</summary>
    public string Name { get; }

    /// <summary>Bytes; null when they are not known before.</summary>
    public long? Length { get; }

    /// <summary>Whether the bytes can be sent a second time.</summary>
    internal bool Repeatable { get; }

    /// <param name="name">Null: the file's name without its folder.</param>
    public static UploadFile FromFile(string path, string? name = null)
    {
        var file = new FileInfo(path);
        return new UploadFile(name ?? file.Name, file.Length, true, () => new FileStream(
            path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 }));
    }

    public static UploadFile FromBytes(ReadOnlyMemory<byte> content, string name) =>
        new(name, content.Length, true, () => new MemoryStream(content.ToArray(), writable: false));

    /// <summary>A stream that is read once, and disposed of; a call that would have to send it again fails instead.</summary>
    public static UploadFile FromStream(Stream content, string name) =>
        new(name, content.CanSeek ? content.Length - content.Position : null, false, () => content);

    internal Stream Open() => _open();
}
