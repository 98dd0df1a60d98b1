using System.Text;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>Passes on what other threads write, and nothing of the one that made it.</summary>
internal sealed class SilentOnThisThread(TextWriter next) : TextWriter(next.FormatProvider)
{
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public override Encoding Encoding => next.Encoding;

    public override void Write(char value)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            next.Write(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            next.Write(buffer, index, count);
    }
}
