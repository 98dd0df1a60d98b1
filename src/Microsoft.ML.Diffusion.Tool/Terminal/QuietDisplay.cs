namespace Microsoft.ML.Diffusion.Tool.Terminal;

/// <summary>Shows nothing.</summary>
internal sealed class QuietDisplay : Display
{
    protected override void Show(string line)
    {
    }

    public override T Run<T>(string stage, Func<IProgress<StageProgress>, T> work) => work(new Nobody());

    private sealed class Nobody : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
        }
    }
}
