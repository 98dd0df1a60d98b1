namespace TorchSharp;

public sealed class Scalar : IDisposable
{
    internal Scalar() => throw torch.NoBackend();

    public void Dispose() => throw torch.NoBackend();

    public static implicit operator Scalar(float value) => throw torch.NoBackend();
}
