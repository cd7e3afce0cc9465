namespace ImageSearch.Extractor.Tests.Imaging;

/// <summary>Tests that look at the memory of the whole process: what others decode at the same time is not theirs to count.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresTheProcess
{
    public const string Name = "measures the process";
}
