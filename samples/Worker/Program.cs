// A service that scores files in the background: every CSV or Parquet file that appears in a folder gets a file of answers of its own kind
// in another one. Rows are read, filled in, scored and written one after another, so that memory does not depend on their number.
//   dotnet run -c Release --project samples/Worker -- inbox answers
//   cp test/data/breast_cancer.csv inbox
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
var folders = new Folders(args.Length > 0 ? args[0] : "inbox", args.Length > 1 ? args[1] : "answers");
builder.Services.AddSingleton(folders);
builder.Services.AddHostedService<Scorer>();
builder.Build().Run();

/// <summary>Where files come from and where answers go.</summary>
internal sealed record Folders(string Inbox, string Answers);

/// <summary>Scores each new file of a folder.</summary>
internal sealed partial class Scorer(Folders folders, ILogger<Scorer> log) : BackgroundService
{
    private const string Csv = ".csv", Parquet = ".parquet";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly MLContext _ml = new(seed: 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Directory.CreateDirectory(folders.Inbox);
        Directory.CreateDirectory(folders.Answers);
        LogState("Training the model");
        // Away from the thread that starts the host.
        ITransformer model = await Task.Run(TrainOrLoad, stoppingToken);
        LogState($"Waiting for files in {folders.Inbox}");
        var refused = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (string path in Directory.GetFiles(folders.Inbox).Order(StringComparer.Ordinal))
            {
                if (Path.GetExtension(path) is not (Csv or Parquet))
                    continue;
                string answers = Path.Combine(folders.Answers, Path.GetFileName(path));
                DateTime written = File.GetLastWriteTimeUtc(path);
                if (File.Exists(answers) || refused.GetValueOrDefault(path) == written)
                    continue;
                try
                {
                    await Task.Run(() => Score(model, path, answers, stoppingToken), stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // It may be damaged, or still being copied: it is tried again once it has changed.
                    refused[path] = written;
                    LogRefused(path, e.Message);
                }
            }

            await Task.Delay(s_pause, stoppingToken);
        }
    }

    private void Score(ITransformer model, string path, string answers, CancellationToken stop)
    {
        if (Path.GetExtension(path) == Parquet)
        {
            ScoreParquet(model, path, answers, stop);
            return;
        }

        IDataView scored = model.Transform(Load(path));
        // A reader never sees half a file.
        string unfinished = answers + ".unfinished";
        long rows = 0;
        using (StreamWriter writer = File.CreateText(unfinished))
        {
            writer.WriteLine("Row,BareNuclei,Probability,Malignant");
            foreach (Diagnosis row in _ml.Data.CreateEnumerable<Diagnosis>(scored, reuseRowObject: true))
            {
                stop.ThrowIfCancellationRequested();
                rows++;
                writer.WriteLine($"{rows},{row.BareNuclei:F2},{row.Probability:F4},{row.PredictedLabel}");
            }
        }

        File.Move(unfinished, answers, overwrite: true);
        LogScored(path, rows, answers);
    }

    private void ScoreParquet(ITransformer model, string path, string answers, CancellationToken stop)
    {
        IDataView rows = _ml.Data.LoadFromParquet(path, cancel: stop);
        // The columns are those of the CSV file, in its order. Whole numbers are often Int64 in such a file, and come as Double where they
        // may be null; the model wants Single.
        InputOutputColumnPair[] measurements =
            [.. Biopsy.Measurements.Select((name, i) => new InputOutputColumnPair(name, rows.Schema[i + 1].Name))];
        IDataView singles = _ml.Transforms.Conversion.ConvertType(measurements, DataKind.Single).Fit(rows).Transform(rows);
        IDataView scored = model.Transform(singles);
        var answered = _ml.Transforms.SelectColumns(
            nameof(Diagnosis.BareNuclei), nameof(Diagnosis.Probability), nameof(Diagnosis.PredictedLabel));
        // The file appears once it is whole.
        _ml.Data.SaveAsParquet(answered.Fit(scored).Transform(scored), answers, cancel: stop);
        LogScored(path, rows.GetRowCount() ?? 0, answers);
    }

    private ITransformer TrainOrLoad()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "model.zip");
        if (File.Exists(path))
            return _ml.Model.Load(path, out _);
        IDataView rows = Load(Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv"));
        ITransformer model = _ml.Transforms.DiffusionImpute(Biopsy.Measurements)
            .Append(_ml.Transforms.Concatenate("Features", Biopsy.Measurements))
            .Append(_ml.BinaryClassification.Trainers.FastTree(labelColumnName: nameof(Biopsy.Malignant)))
            .Fit(rows);
        _ml.Model.Save(model, rows.Schema, path);
        return model;
    }

    private IDataView Load(string path) => _ml.Data.LoadFromTextFile<Biopsy>(
        path, new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true });

    [LoggerMessage(LogLevel.Information, "{State}.")]
    private partial void LogState(string state);

    [LoggerMessage(LogLevel.Warning, "{File} cannot be scored: {Reason}")]
    private partial void LogRefused(string file, string reason);

    [LoggerMessage(LogLevel.Information, "{File}: {Rows} rows scored, answers in {Answers}.")]
    private partial void LogScored(string file, long rows, string answers);
}
