using Aspire.Hosting;

if (args.Contains("--fail=true"))
{
    throw new InvalidOperationException("The sample was told to fail.");
}

var builder = DistributedApplication.CreateBuilder(args);
if (args.Contains("--children=true"))
{
    builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("child", launchProfileName: null).WithHttpEndpoint().WithReplicas(2);
}
else if (args.Contains("--servers=true"))
{
    builder.AddRabbitMQ("rabbitmq").WithDataVolume("rabbitmq");
    builder.AddMongoDB("mongo").WithDataVolume("mongo");
}
else if (!args.Contains("--empty=true"))
{
    var backend = builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("backend", launchProfileName: null)
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health")
        .WithReplicas(2);

    builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("frontend", launchProfileName: null)
        .WithHttpEndpoint(port: 18080)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/health")
        .WithReference(backend)
        .WaitFor(backend);
}

builder.Build().Run();
