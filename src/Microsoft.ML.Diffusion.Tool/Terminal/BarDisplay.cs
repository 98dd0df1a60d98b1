using Spectre.Console;
using Spectre.Console.Rendering;

namespace Microsoft.ML.Diffusion.Tool.Terminal;

/// <summary>Shows a progress bar with the time left on a terminal, without colours where <c>NO_COLOR</c> is set.</summary>
internal sealed class BarDisplay(IAnsiConsole console) : Display
{
    /// <param name="error">Standard error.</param>
    public BarDisplay(TextWriter error)
        : this(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) }))
    {
    }

    protected override void Show(string line) => console.WriteLine(line);

    public override T Run<T>(string stage, Func<IProgress<StageProgress>, T> work) => console
        .Progress()
        .AutoClear(true)
        .Columns(new LineColumn())
        .Start(context => work(new Bar(context.AddTask(stage, maxValue: 1))));

    private sealed class Bar(ProgressTask task) : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            task.Value = value.Fraction;
            task.State.Update<StageProgress>(LineColumn.Key, _ => value);
        }
    }

    /// <summary>The whole line.</summary>
    private sealed class LineColumn : ProgressColumn
    {
        public const string Key = "progress";

        // A line that fills the last place of a row makes some terminals begin the next one.
        private const int Margin = 1;

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            ProgressText.Fit(task.Description, task.State.Get<StageProgress>(Key), options.ConsoleSize.Width - Margin).Coloured;
    }
}
