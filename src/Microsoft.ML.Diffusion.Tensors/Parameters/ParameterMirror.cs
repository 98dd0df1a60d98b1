namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A parameter's value and gradient where an engine computes, if that is not host memory.</summary>
/// <remarks>The engine attaches it, looks at <see cref="Parameter.Version"/> to see that the host's value has changed, and says with
/// <see cref="MarkNewer"/> that its own has. Nothing is copied home before somebody reads it there.</remarks>
internal abstract class ParameterMirror
{
    private readonly Lock _copying = new();
    private volatile bool _isNewer;

    /// <summary>Whether the value here has changed since the host's was last the same.</summary>
    internal bool IsNewer => _isNewer;

    /// <summary>Whether a gradient has been gathered here.</summary>
    internal abstract bool HasGradient { get; }

    /// <summary>Brings the host's value up to date.</summary>
    /// <param name="value">Receives the elements, row-major.</param>
    internal void BringHome(Span<float> value)
    {
        lock (_copying)
        {
            if (!_isNewer)
                return;
            Download(value);
            _isNewer = false;
        }
    }

    /// <summary>Adds the gradient gathered here to the host's, and starts over at zero.</summary>
    /// <param name="gradient">The elements, row-major.</param>
    internal abstract void HandOverGradient(Span<float> gradient);

    /// <summary>Sets the gradient to zero.</summary>
    internal abstract void ZeroGradient();

    /// <summary>Says that the value here has changed.</summary>
    protected void MarkNewer() => _isNewer = true;

    /// <summary>Copies the value to the host.</summary>
    protected abstract void Download(Span<float> value);
}
