
namespace ImageSearch.Core.Store;

/// <summary>An extraction that was failed and is now pending again.</summary>
public readonly record struct FailedExtraction(ImageId Id, string Model);
