using ImageSearch.AppHost;
using ImageSearch.AppHost.Cluster;
using ImageSearch.AppHost.Monitoring;
using ImageSearch.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

if (AppHostOptions.AsksForHelp(args))
{
    Console.WriteLine(AppHostOptions.Usage);
    return 0;
}

if (AppHostOptions.PublisherProblem(args) is { } publisherProblem)
{
    Console.Error.WriteLine(publisherProblem);
    return 1;
}

args = AppHostOptions.WithValues(OverlayPublisher.Arguments(args));
var builder = DistributedApplication.CreateBuilder(args);
var options = AppHostOptions.Read(builder, args);

// A laptop runs one of each. A cluster loses a node now and then, and must not stop answering.
var inCluster = builder.ExecutionContext.IsPublishMode;

// The models that ship, of which --model chooses one. Others are declared here, or in configuration: --Models:0:Name=… (docs/hosting.md).
var resnet18 = new Model
{
    Name = "resnet18",
    Version = "1-int8",
    Source = "models/resnet18.onnx",
    Sha256 = "8d4d942170f75614bf318c938ac6dcb1e21c4ff397d234f674ca8780554169c2",
    Dimension = 512,
    Input = new ModelInput { Name = "image", Width = 224, Height = 224, ResizeTo = 256, Channels = ChannelOrder.Bgr, Mean = [103.06, 115.90, 123.15] },
    Output = new ModelOutput { Embedding = "embedding" },
    Text = new ModelText
    {
        Source = "models/minilm.onnx",
        Sha256 = "4a64cee3d4134bbdc86eed96e1a660efec58975417204ecfcf134140edb6e0e2",
        Vocabulary = "models/minilm-vocab.txt",
        Mask = "attention_mask",
        Types = "token_type_ids",
        Output = "last_hidden_state",
        Pooling = TextPooling.Mean,
        Head = "models/resnet18-words.onnx",
    },
    Weight = 1,
    ExtractorReplicas = inCluster ? 2..20 : 1,
    IndexShards = 2,
    IndexReplicas = inCluster ? 2 : 1,
    Algorithm = "Exact",
};

// The same network before it was made to calculate in eight bits: for processors that do not gain by that.
var resnet18Float = resnet18 with
{
    Version = "1-float",
    Source = "models/resnet18-float.onnx",
    Sha256 = "dceb88440618e8bf463c99dc78cd9e6a64889a26a7253898cee7f0e65a6eed03",
};

// Small enough for tests and small machines, in the same counts.
var layout = resnet18 with
{
    Name = "layout",
    Version = "1",
    Source = "models/layout.onnx",
    Sha256 = "99a63a98c104201a8292340888535ec90aa8aafbd88d2052fe8e6537c46003db",
    Dimension = 908,
    Input = new ModelInput { Name = "image", Width = 128, Height = 128, Resize = ResizeRule.Stretch },
    Text = null,
};

var shipped = new Dictionary<string, Model> { ["resnet18"] = resnet18, ["resnet18-float"] = resnet18Float, ["layout"] = layout };
var problems = new List<string>(options.Problems(shipped.Keys));
Model[] models =
[
    .. shipped.Where(model => model.Key == options.Model).Select(model => model.Value),
    .. Model.FromConfiguration(builder.Configuration, problems),
];
problems.AddRange(Model.Problems(models, options.Backend));
problems.AddRange(Backend.Problems(builder.Configuration));
var topology = Topology.Read(builder.Configuration, options, models);
if (inCluster)
{
    problems.AddRange(topology.Problems());
    problems.AddRange(PublishedModels.Problems(models));
}

if (problems.Count > 0)
{
    Console.Error.WriteLine($"The topology is not valid:{string.Concat(problems.Select(p => $"{Environment.NewLine}  - {p}"))}");
    return 1;
}

try
{
    builder.Services.TryAddSingleton(TimeProvider.System);
    builder.Services.AddHostedService<ProcessSupervisor>();
    builder.AddStartChecks(options);
    var backend = Backend.Add(builder, options, ServerPrograms.Find);

    var ingest = Service.Add<Projects.ImageSearch_Ingest>(builder, "ingest", options.IngestReplicas.Least, replica => replica
        .WithBackend(backend, Backend.Broker, Backend.Database, Backend.Blobs)
        .WithModels(models)
        .WithImportRules(options));

    // A port for the laptop; in a cluster the ingress decides. All replicas share it: whoever opens the page knows one address.
    var web = builder.AddBuilt<Projects.ImageSearch_Web>(ReadyMessage.Web)
        .WithHttpEndpoint(port: builder.ExecutionContext.IsRunMode ? options.Port : null)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/health")
        .WithReplicas(options.WebReplicas.Least)
        .WithRestarts()
        .WithBackend(backend, Backend.Broker, Backend.Database, Backend.Blobs)
        .WithModels(models)
        .WithAccessRules(builder, options);
    web.WithReferenceTo(ingest, backend);

    List<(string Kind, string Name, IReadOnlyList<IResourceBuilder<ProjectResource>> Replicas)> measured =
        [("web", "web", [web]), ("ingest", ingest.Name, ingest.Replicas)];
    foreach (var model in models)
    {
        // Never waited for: a model that cannot be loaded must not keep the others from answering.
        var extractor = model.AddExtractor(builder, backend);
        extractor.AddTo(web);
        measured.Add(("extractor", extractor.Name, extractor.Replicas));

        foreach (var shard in model.AddIndex(builder, backend))
        {
            web.WithReferenceTo(shard, backend);
            measured.Add(("index", shard.Name, shard.Replicas));
        }
    }

    if (!inCluster && bool.Parse(options.Prometheus))
    {
        PrometheusProcess.Add(builder, options, measured);
    }

    builder.Services.AddHostedService<ReadyMessage>();
    builder.AddOverlay(topology);
    await builder.Build().RunAsync();
}
catch (DistributedApplicationException e)
{
    // It says what to do; where in the code it was found helps nobody.
    Console.Error.WriteLine(e.Message);
    return 1;
}

return Environment.ExitCode;
