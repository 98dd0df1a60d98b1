using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.Playwright;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

/// <summary>The picture of a report in README.md: synthetic rows of the biopsies that travel with the repository, evaluated, and the page
/// as Chromium shows it. Run where PICTURES is set, since training takes a minute; else the picture stays.</summary>
public class DocumentationPictureTests
{
    private const int Width = 900, Height = 1068;

    [PictureFact]
    public async Task The_picture_of_the_report_is_the_top_of_a_real_page()
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.LoadFromTextFile(RealData.Shipped("breast_cancer.csv"), new TextLoader.Options
        {
            Separators = [','],
            HasHeader = true,
            MissingRealsAsNaNs = true,
            Columns =
            [
                new("ClumpThickness", DataKind.Single, 1), new("CellSize", DataKind.Single, 2), new("CellShape", DataKind.Single, 3),
                new("Adhesion", DataKind.Single, 4), new("EpithelialSize", DataKind.Single, 5), new("BareNuclei", DataKind.Single, 6),
                new("Chromatin", DataKind.Single, 7), new("Nucleoli", DataKind.Single, 8), new("Mitoses", DataKind.Single, 9),
                new("Malignant", DataKind.Boolean, 10),
            ],
        });
        DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(rows, testFraction: 0.3, seed: 1);
        IDataView made = ml.Data.DiffusionSynthesize(split.TrainSet, rowCount: 490, labelColumnName: "Malignant");
        EvaluationResult result = ml.EvaluateSynthetic(split.TrainSet, made, split.TestSet, labelColumnName: "Malignant");

        string path = Path.Combine(Path.GetTempPath(), $"report-{Guid.NewGuid():N}.html");
        await using (var writer = new StreamWriter(path))
            EvaluationReport.Write(result, writer);
        try
        {
            using IPlaywright playwright = await Playwright.Playwright.CreateAsync();
            await using IBrowser browser = await playwright.Chromium.LaunchAsync(
                new() { ExecutablePath = ChromiumFactAttribute.Executable, Args = ["--no-sandbox", "--disable-gpu"] });
            IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = Width, Height = Height } });
            await page.GotoAsync(new Uri(path).AbsoluteUri);
            LocatorBoundingBoxResult? top = await page.Locator("main h2").First.BoundingBoxAsync();
            byte[] picture = await page.ScreenshotAsync(new()
            {
                Path = Path.Combine(RealData.RepositoryRoot, "docs", "report.png"),
                FullPage = true,
                Clip = new() { X = 0, Y = Math.Max(0, top!.Y - 10), Width = Width, Height = Height },
            });
            Assert.InRange(picture.Length, 10_000, 400_000);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PictureFactAttribute : FactAttribute
    {
        public PictureFactAttribute() => Skip =
            Environment.GetEnvironmentVariable("PICTURES") is null ? "set PICTURES=1 to write docs/report.png"
            : ChromiumFactAttribute.Executable is null ? "there is no Chromium" : null;
    }
}
