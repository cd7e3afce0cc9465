namespace Aspire.Hosting.ApplicationModel;

public class RabbitMQServerResource : ContainerResource, IResourceWithConnectionString
{
    public RabbitMQServerResource(string name, ParameterResource? userName, ParameterResource password)
        : base(name)
    {
        UserNameParameter = userName;
        PasswordParameter = password;
        PrimaryEndpoint = new EndpointReference(this, "tcp");
    }

    public EndpointReference PrimaryEndpoint { get; }

    public ParameterResource? UserNameParameter { get; }

    public ParameterResource PasswordParameter { get; }

    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create(
            $"amqp://{UserName}:{PasswordParameter}@{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(EndpointProperty.Port)}");

    internal ReferenceExpression UserName => UserNameParameter is null
        ? ReferenceExpression.Create($"guest")
        : ReferenceExpression.Create($"{UserNameParameter}");
}
