using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;
using Microsoft.Playwright;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

/// <summary>The page of series in a real browser.</summary>
public class ImputedSeriesBrowserTests
{
    private const string LeastHeight =
        "Math.min(...[...document.querySelectorAll('svg[role] text')].map(text => text.getBoundingClientRect().height))";

    [ChromiumFact]
    public async Task Its_drawings_can_be_read_on_a_phone_and_it_scrolls_down_alone()
    {
        string path = Path.Combine(Path.GetTempPath(), $"series-{Guid.NewGuid():N}.html");
        await using (var writer = new StreamWriter(path))
            ImputedSeriesReport.Write(Result(), writer);
        try
        {
            using IPlaywright playwright = await Playwright.Playwright.CreateAsync();
            await using IBrowser browser = await playwright.Chromium.LaunchAsync(
                new() { ExecutablePath = ChromiumFactAttribute.Executable, Args = ["--no-sandbox", "--disable-gpu"] });
            foreach ((int width, ColorScheme scheme) in new[] { (1280, ColorScheme.Light), (390, ColorScheme.Dark) })
            {
                ViewportSize window = new() { Width = width, Height = 900 };
                IPage page = await browser.NewPageAsync(new() { ViewportSize = window, ColorScheme = scheme });
                List<string> complaints = [];
                page.Console += (_, message) => complaints.Add(message.Text);
                page.PageError += (_, error) => complaints.Add(error);
                await page.GotoAsync(new Uri(path).AbsoluteUri);
                Assert.Empty(complaints);
                Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
                Assert.True(await page.EvaluateAsync<double>(LeastHeight) >= 9);
                // The line and the band of a curve differ from the paper below them.
                Assert.Equal(3, await page.Locator("#curves figure path.area").CountAsync());
                Assert.NotEqual(
                    await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"),
                    await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('#curves figure path.curve')).stroke"));
                await page.CloseAsync();
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ImputedSeriesResult Result()
    {
        ImputedSeriesFigures figures = new(300, 290, 0.2, 0.3, 0.9, 0.8, double.NaN,
            [new("mean", 0.8, 1), new("forward", 0.4, 0.6), new("linear", 0.3, 0.5)]);
        double[] times = [.. Enumerable.Range(0, 48)], wave = [.. times.Select(t => Math.Sin(t / 5))];
        double[] Where(Func<int, bool> isThere, double add) => [.. wave.Select((x, t) => isThere(t) ? x + add : double.NaN)];
        bool IsHidden(int step) => step % 4 == 1 || step is > 20 and < 28;
        ImputedSeriesCurve curve = new("p1", "HR", 0.2, times, Where(t => !IsHidden(t), 0), Where(IsHidden, 0.05), Where(IsHidden, -0.2),
            Where(IsHidden, 0.3), Where(IsHidden, 0));
        return new ImputedSeriesResult(
            1, 480, 10, "Hour", 1, 0, figures, [new("HR", 12, figures)],
            [.. Enumerable.Range(0, 12).Select(i => new ImputedSeriesGap(i == 0 ? 0 : 1 << i, 2 << i, figures)),
                new(4096, double.PositiveInfinity, figures)],
            [curve, curve, curve], []);
    }
}
