namespace Aspire.Hosting.ApplicationModel;

public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    public string? Registry { get; set; }

    public required string Image { get; set; }

    public string? Tag { get; set; }

    internal string Reference => $"{(Registry is null ? "" : $"{Registry}/")}{Image}{(Tag is null ? "" : $":{Tag}")}";
}
