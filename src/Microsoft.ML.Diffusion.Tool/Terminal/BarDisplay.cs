using Spectre.Console;
using Spectre.Console.Rendering;

namespace Microsoft.ML.Diffusion.Tool.Terminal;

/// <summary>Shows a progress bar with the time left on a terminal.</summary>
internal sealed class BarDisplay(TextWriter error) : Display
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });

    protected override void Show(string line) => _console.WriteLine(line);

    public override T Run<T>(string stage, Func<IProgress<StageProgress>, T> work) => _console
        .Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new NoteColumn())
        .Start(context => work(new Bar(context.AddTask(stage, maxValue: 1))));

    private sealed class Bar(ProgressTask task) : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            task.Value = value.Fraction;
            task.State.Update<StageProgress>(NoteColumn.Key, _ => value);
        }
    }

    /// <summary>Time left and what else there is to say.</summary>
    private sealed class NoteColumn : ProgressColumn
    {
        public const string Key = "note";

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            StageProgress progress = task.State.Get<StageProgress>(Key);
            return new Text(string.Join(' ', new[] { progress.TimeLeft, progress.Detail }.Where(part => !string.IsNullOrEmpty(part))));
        }
    }
}
