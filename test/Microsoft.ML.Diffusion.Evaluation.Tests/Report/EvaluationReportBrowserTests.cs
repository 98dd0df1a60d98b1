using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.Playwright;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

/// <summary>The page in a real browser, the Chromium that the machine has. Nothing is downloaded.</summary>
public class EvaluationReportBrowserTests
{
    [ChromiumFact]
    public async Task It_renders_without_a_word_on_the_console_or_a_request_and_its_tables_hold_the_figures()
    {
        EvaluationResult result = ExampleResult.Build(24);
        string path = Path.Combine(Path.GetTempPath(), $"report-{Guid.NewGuid():N}.html");
        await using (var writer = new StreamWriter(path))
            EvaluationReport.Write(result, writer);
        try
        {
            using IPlaywright playwright = await Playwright.Playwright.CreateAsync();
            await using IBrowser browser = await playwright.Chromium.LaunchAsync(
                new() { ExecutablePath = ChromiumFactAttribute.Executable, Args = ["--no-sandbox", "--disable-gpu"] });
            foreach ((int width, ColorScheme scheme) in new[] { (1280, ColorScheme.Light), (390, ColorScheme.Dark) })
            {
                IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
                List<string> complaints = [], requests = [];
                page.Console += (_, message) => complaints.Add(message.Text);
                page.PageError += (_, error) => complaints.Add(error);
                page.Request += (_, request) => requests.Add(request.Url);
                await page.GotoAsync(new Uri(path).AbsoluteUri);

                Assert.Empty(complaints);
                Assert.Single(requests);
                Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
                Assert.Equal(0, await page.EvaluateAsync<int>(
                    "[...document.querySelectorAll('figure:not(details figure) svg')].filter(d => d.getBoundingClientRect().height < 10).length"));
                string paper = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
                Assert.Equal(scheme == ColorScheme.Light, paper == "rgb(255, 255, 255)");

                FidelityScores scores = result.Fidelity.Scores;
                Assert.Equal(
                    result.Fidelity.Yardsticks.Prepend(scores).Select(rows => Score(rows.Shapes)),
                    await page.Locator("#fidelity tbody tr").First.Locator("data").AllInnerTextsAsync());
                string[] shown = [.. await page.Locator("#utility data").EvaluateAllAsync<string[]>("all => all.map(figure => figure.value)")];
                Assert.All(result.Utility!.Scores, score => Assert.Contains(score.Mean.ToString("R", CultureInfo.InvariantCulture), shown));
                await page.CloseAsync();
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Score(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}

/// <summary>A fact that needs Chromium; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    private static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    public ChromiumFactAttribute() => Skip = Executable == null ? $"there is no Chromium ({string.Join(", ", s_places)})" : null;

    public static string? Executable { get; } = s_places.FirstOrDefault(File.Exists);
}
