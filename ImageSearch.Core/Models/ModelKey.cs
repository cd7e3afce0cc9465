namespace ImageSearch.Core.Models;

/// <summary>A model and its version: vectors of different versions are never compared.</summary>
public readonly record struct ModelKey(string Name, string Version)
{
    public override string ToString() => $"{Name} {Version}";
}
