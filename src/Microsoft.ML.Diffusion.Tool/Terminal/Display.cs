namespace Microsoft.ML.Diffusion.Tool.Terminal;

/// <summary>What the user sees while the tool works, on standard error: nothing, lines, or a progress bar.</summary>
internal abstract class Display
{
    /// <param name="error">Standard error.</param>
    /// <param name="quiet">Show nothing; the sentence that goes with exit code 1 or 2 is not part of this.</param>
    public static Display Open(TextWriter error, bool quiet)
    {
        if (quiet)
            return new QuietDisplay();
        // A dumb terminal, such as an editor's, has no place to draw.
        bool terminal = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return terminal ? new BarDisplay(error) : new LineDisplay(error);
    }

    /// <summary>Tells the user one sentence. What a terminal would obey in it is written out.</summary>
    public void Say(string sentence) => Show(Printable.Line(sentence));

    /// <summary>Warns the user in one sentence.</summary>
    public void Warn(string sentence) => Say($"Warning: {sentence}");

    /// <summary>Does some work while showing how far it has come.</summary>
    /// <param name="stage">What the work is, such as <c>Training</c>.</param>
    /// <param name="work">Reports as it goes on, from any thread.</param>
    public abstract T Run<T>(string stage, Func<IProgress<StageProgress>, T> work);

    /// <summary>Shows one line.</summary>
    protected abstract void Show(string line);
}
