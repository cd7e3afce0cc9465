using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class RabbitMQBuilderExtensions
{
    private const string Image = "library/rabbitmq";
    private const string Tag = "4.2";

    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null,
        int? port = null)
    {
        var secret = password?.Resource ?? builder.AddGeneratedPassword($"{name}-password");
        var server = new RabbitMQServerResource(name, userName?.Resource, secret);
        return builder.AddResource(server).WithServer(Image, Tag, port, targetPort: 5672).WithEnvironment(context =>
        {
            context.EnvironmentVariables["RABBITMQ_DEFAULT_USER"] = server.UserName;
            context.EnvironmentVariables["RABBITMQ_DEFAULT_PASS"] = server.PasswordParameter;
        });
    }

    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder)
    {
        foreach (var image in builder.Resource.Annotations.OfType<ContainerImageAnnotation>())
        {
            image.Tag = $"{Tag}-management";
        }

        return builder.WithHttpEndpoint(targetPort: 15672, name: "management");
    }

    public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(
        this IResourceBuilder<RabbitMQServerResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.WithVolume(name ?? $"{builder.Resource.Name}-data", "/var/lib/rabbitmq", isReadOnly);
}
