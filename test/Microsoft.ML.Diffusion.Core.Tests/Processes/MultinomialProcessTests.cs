using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Tests.Processes;

public class MultinomialProcessTests
{
    private static readonly MultinomialProcess s_process = new(NoiseSchedule.Cosine(10, largestBeta: 0.999));

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Diffusing_in_one_leap_is_diffusing_step_by_step(int categories)
    {
        // Every step keeps a category with probability 1 - beta and draws it anew otherwise.
        double[] stepwise = new double[categories];
        stepwise[1] = 1;
        float[] leap = new float[categories];
        for (int t = 1; t <= 10; t++)
        {
            double beta = s_process.Schedule.Beta(t);
            for (int k = 0; k < categories; k++)
                stepwise[k] = (1 - beta) * stepwise[k] + beta / categories;
            s_process.Diffuse(1, categories, t, leap);
            for (int k = 0; k < categories; k++)
                Assert.Equal(stepwise[k], leap[k], 1e-6);
        }
    }

    [Fact]
    public void Log_probabilities_are_diffused_like_a_mixture_of_categories()
    {
        float[] logs = [MathF.Log(0.2f), MathF.Log(0.5f), MathF.Log(0.3f)], diffused = new float[3], one = new float[3];
        for (int t = 0; t <= 10; t++)
        {
            s_process.Diffuse(logs, t, diffused);
            double[] mixture = new double[3];
            for (int from = 0; from < 3; from++)
            {
                s_process.Diffuse(from, 3, t, one);
                for (int k = 0; k < 3; k++)
                    mixture[k] += Math.Exp(logs[from]) * one[k];
            }
            for (int k = 0; k < 3; k++)
                Assert.Equal(mixture[k], Math.Exp(diffused[k]), 1e-6);
        }
    }

    [Fact]
    public void The_posterior_is_that_of_Bayes_rule_over_all_paths()
    {
        const int K = 4;
        float[] posterior = new float[K], before = new float[K];
        for (int t = 2; t <= 10; t++)
        {
            for (int data = 0; data < K; data++)
            {
                for (int state = 0; state < K; state++)
                {
                    s_process.Diffuse(data, K, t - 1, before);
                    double beta = s_process.Schedule.Beta(t);
                    double[] joint = [.. before.Select((p, k) => p * ((k == state ? 1 - beta : 0) + beta / K))];
                    s_process.Posterior(state, Certain(data, K), t, posterior);
                    for (int k = 0; k < K; k++)
                        Assert.Equal(joint[k] / joint.Sum(), Math.Exp(posterior[k]), 1e-5);
                }
            }
        }
    }

    [Fact]
    public void The_first_step_asks_the_network_alone()
    {
        float[] logs = [MathF.Log(0.25f), MathF.Log(0.75f)], posterior = new float[2];
        s_process.Posterior(0, logs, 1, posterior);
        Assert.Equal(logs, posterior);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(10)]
    public void The_divergence_is_the_sum_over_categories_and_its_gradient_that_of_central_differences(int t)
    {
        const int K = 4;
        float[] logits = [0.3f, -1.1f, 0.8f, 0.1f], gradient = new float[K], unused = new float[K];
        double Loss(float[] at) => s_process.PosteriorDivergence(2, Certain(1, K), at, t, unused);
        double divergence = s_process.PosteriorDivergence(2, Certain(1, K), logits, t, gradient);

        double[] softmax = [.. logits.Select(logit => Math.Exp(logit) / logits.Sum(other => Math.Exp(other)))];
        double[] wanted = Posterior([0, 1, 0, 0], 2, t), implied = Posterior(softmax, 2, t);
        Assert.Equal(wanted.Select((p, k) => p > 0 ? p * Math.Log(p / implied[k]) : 0).Sum(), divergence, 1e-5);
        for (int k = 0; k < K; k++)
        {
            const float Step = 1e-2f;
            float[] up = [.. logits], down = [.. logits];
            up[k] += Step;
            down[k] -= Step;
            Assert.Equal((Loss(up) - Loss(down)) / (up[k] - down[k]), gradient[k], 2e-4);
        }
    }

    [Fact]
    public void A_network_that_is_sure_of_another_category_is_told_so()
    {
        // The true category's probability, e^-200, is nothing that a float can hold.
        float[] gradient = new float[3];

        s_process.PosteriorDivergence(0, Certain(1, 3), [200, 0, -50], 1, gradient);

        // On the last step the divergence is the cross-entropy, whose slope is the softmax less the truth.
        Assert.Equal(1, gradient[0]);
        Assert.Equal(-1, gradient[1]);
        Assert.Equal(0, gradient[2], 1e-20);
    }

    [Fact]
    public void The_true_data_leave_no_divergence()
    {
        float[] gradient = new float[3];
        for (int t = 1; t <= 10; t++)
        {
            Assert.Equal(0, s_process.PosteriorDivergence(0, Certain(2, 3), [0, 0, 40], t, gradient), 1e-5);
            Assert.All(gradient, g => Assert.Equal(0, g, 1e-5));
        }
    }

    /// <summary>Log-probabilities of a category that is certain.</summary>
    private static float[] Certain(int category, int categories)
    {
        float[] logs = new float[categories];
        logs.AsSpan().Fill(-69);
        logs[category] = 0;
        return logs;
    }

    /// <summary>q(x_(t-1) | x_t, x_0) in plain probabilities.</summary>
    private static double[] Posterior(double[] data, int state, int t)
    {
        if (t == 1)
            return data;
        double kept = s_process.Schedule.AlphaBar(t - 1), beta = s_process.Schedule.Beta(t);
        double[] joint = [.. data.Select((p, k) => (kept * p + (1 - kept) / data.Length) * ((k == state ? 1 - beta : 0) + beta / data.Length))];
        return [.. joint.Select(p => p / joint.Sum())];
    }
}
