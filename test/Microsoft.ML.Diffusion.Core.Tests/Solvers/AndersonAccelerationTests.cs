using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Tests.Solvers;

public class AndersonAccelerationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void As_many_differences_as_dimensions_solve_an_affine_map(int k)
    {
        // g(w) = A w + b, A with eigenvalues beyond 1 too, which the plain iteration would run away from.
        double[,] a = new double[k, k];
        for (int i = 0; i < k; i++)
        {
            a[i, i] = 0.3 + 0.4 * i;
            for (int j = 0; j < i; j++)
                a[i, j] = 0.2;
        }
        float[] solution = [.. Enumerable.Range(0, k).Select(i => 1f + i)], w = new float[k], mapped = new float[k];
        var anderson = new AndersonAcceleration(k, k);
        for (int step = 0; step <= k; step++)
        {
            Map(a, solution, w, mapped);
            Assert.Equal(step > 0, anderson.Next(w, mapped, w));
        }
        for (int i = 0; i < k; i++)
            Assert.Equal(solution[i], w[i], 2e-3f);
    }

    [Fact]
    public void Restarted_it_needs_a_fraction_of_the_iterations_in_many_dimensions()
    {
        const int N = 200;
        float[] rates = new float[N], target = new float[N];
        new Philox(1).FillUniform(rates);
        new Philox(2).FillNormal(target);
        int Iterations(int memory)
        {
            float[] w = new float[N], mapped = new float[N];
            var anderson = new AndersonAcceleration(N, Math.Max(1, memory));
            for (int step = 1; step < 2000; step++)
            {
                for (int i = 0; i < N; i++)
                    mapped[i] = target[i] + 0.98f * rates[i] * (w[i] - target[i]);
                if (Enumerable.Range(0, N).Max(i => Math.Abs(w[i] - target[i])) < 1e-3)
                    return step;
                if (memory == 0)
                    mapped.CopyTo(w, 0);
                else
                    anderson.Next(w, mapped, w);
            }
            return 2000;
        }
        int plain = Iterations(0);
        Assert.InRange(Iterations(3), 1, plain / 2);
        Assert.InRange(Iterations(5), 1, plain / 3);
    }

    [Fact]
    public void At_the_fixed_point_and_for_steps_in_one_direction_it_takes_the_plain_step()
    {
        var anderson = new AndersonAcceleration(2);
        float[] w = [1, 2], next = new float[2];
        for (int i = 0; i < 5; i++)
        {
            Assert.False(anderson.Next(w, w, next));
            Assert.Equal(w, next);
        }
        // Residuals that never change: R would be zero.
        anderson.Restart();
        for (int i = 0; i < 10; i++)
        {
            float[] mapped = [w[0] + 1, w[1]];
            Assert.False(anderson.Next(w, mapped, next));
            Assert.Equal(mapped, next);
            w = mapped;
        }
    }

    [Fact]
    public void What_is_not_finite_is_passed_on_and_forgotten()
    {
        var anderson = new AndersonAcceleration(1);
        float[] next = new float[1];
        anderson.Next([0], [1], next);
        Assert.False(anderson.Next([1], [float.NaN], next));
        Assert.True(float.IsNaN(next[0]));
        anderson.Restart();
        anderson.Next([0f], [1f], next);
        Assert.True(anderson.Next([1f], [1.5f], next));
        Assert.Equal(2f, next[0], 1e-5f);
    }

    [Fact]
    public void A_full_table_is_cleared()
    {
        var anderson = new AndersonAcceleration(4, memory: 2);
        float[] w = new float[4], mapped = new float[4];
        bool[] accelerated = new bool[6];
        for (int step = 0; step < accelerated.Length; step++)
        {
            for (int i = 0; i < 4; i++)
                mapped[i] = 1 + (0.2f + 0.2f * i) * w[i];
            accelerated[step] = anderson.Next(w, mapped, w);
        }
        Assert.Equal([false, true, true, false, true, true], accelerated);
    }

    private static void Map(double[,] a, float[] solution, float[] w, float[] mapped)
    {
        for (int i = 0; i < w.Length; i++)
        {
            double sum = solution[i];
            for (int j = 0; j < w.Length; j++)
                sum += a[i, j] * (w[j] - solution[j]);
            mapped[i] = (float)sum;
        }
    }
}
